//! The fields of a policy, in groups.

use crate::http::console::fields::{Field, FieldKind};

/// The heading of a group, and its fields.
pub(super) type FieldGroup = (&'static str, &'static [Field]);

/// The settings, as `PATCH /v1/tenant` names them in a policy. One more is one entry here.
pub(super) static GROUPS: [FieldGroup; 4] = [
    (
        "Codes",
        &[
            Field::of(FieldKind::Number, "/code/length", "Length", "").counted("characters", 4, 10),
            Field::of(FieldKind::Choice(ALPHABETS), "/code/alphabet", "Alphabet", ""),
            Field::of(FieldKind::Number, "/ttl", "Lifetime", "").counted("seconds", 60, 900),
            Field::of(
                FieldKind::Number,
                "/attempts",
                "Attempts",
                "How many answers are evaluated, right or wrong.",
            )
            .counted("", 1, 10),
        ],
    ),
    (
        "Messages",
        &[
            Field::of(FieldKind::Number, "/sends", "Messages of one challenge", "The first one included.")
                .counted("", 1, 10),
            Field::of(
                FieldKind::Numbers,
                "/resend_after",
                "Pauses between them",
                "Such as 30, 60; the last one repeats.",
            )
            .in_unit("seconds"),
            Field::text(
                "/template",
                "Words of another purpose",
                "A purpose whose templates the messages use.",
            ),
        ],
    ),
    (
        "Phone numbers",
        &[
            Field::of(
                FieldKind::List,
                "/channels",
                "Order of channels",
                "Such as whatsapp, sms, voice: the next one follows when a message fails or does not arrive.",
            ),
            Field::of(FieldKind::Number, "/fallback_after", "Pause before the next channel", "")
                .counted("seconds", 10, 600),
        ],
    ),
    (
        "Limits",
        &[
            Field::of(
                FieldKind::List,
                "/limits/sends_per_recipient",
                "Messages to a recipient",
                "Such as 3/10m, 10/24h. They apply in addition to the server's.",
            ),
            Field::text(
                "/limits/failures_per_recipient",
                "Wrong answers for a recipient",
                "Such as 10/1h. It applies in addition to the server's.",
            ),
        ],
    ),
];

/// The choices of the alphabet.
const ALPHABETS: &[(&str, &str)] =
    &[("", "As in force"), ("digits", "Digits"), ("unambiguous", "Letters and digits without look-alikes")];
