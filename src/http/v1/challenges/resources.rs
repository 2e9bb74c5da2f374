//! The resources of challenges.

use serde_json::json;

use crate::domain::challenges::challenge::ChallengeStatus::{Canceled, Exhausted, Expired, Verified};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::limits::limit::Limit;
use crate::domain::phone::country::Country;
use crate::domain::phone::fraud::rule::FraudRule;
use crate::service::{Refusal, Unreachable};

use crate::http::shared::description::operation::Example;
use crate::http::shared::problems::table::requests::IDEMPOTENCY_NOT_OFFERED;
use crate::http::v1::bearer::{Minter, Verifier, Viewer};
use crate::http::v1::resource::{ResourceGroup, resource};
use crate::http::v1::spec::{V1Spec, with_key};
use crate::http::v1::{bearer, cors, parameters};

use super::found_view::FoundView;
use super::handlers;
use super::mint_body::MintBody;
use super::public_view::{PublicView, VerifiedPublicView};
use super::resend_body::ResendBody;
use super::results::{self, FetchResultBody};
use super::verify_body::{VerifyBody, VerifyByRecipientBody};
use super::view::{ChallengeView, MintedView, VerifiedView};

const CHALLENGE: &str = "The challenge.";

pub(crate) const GROUP: ResourceGroup = ResourceGroup {
    tag: "challenges",
    about: "Mint, read, verify, resend and cancel challenges.",
    resources: &[
        resource!("/v1/challenges", bearer::identify, mint;
            POST handlers::mint: "mintChallenge", "Mint a code and send it",
                "The message is sent after the answer, unless `Prefer: wait=N` asks to wait for it. With \
                 `return_url` or `embed` and without `to`, nothing is sent until the visitor of the hosted page has \
                 given an address.",
                sending(with_key(Minter::SCOPES, Limit::MintPerAddress))
                    .takes::<MintBody>(json!({ "to": "jane@example.com", "purpose": "login" }), WRONG_TTL)
                    .refuses([Refusal::NoRoute(ChannelKind::Email), Refusal::NoPages])
                    // The challenge of a repeated request was erased with its recipient.
                    .refuses([Refusal::UnknownChallenge])
                    .refuses([Refusal::Unreachable(Unreachable::Line(ChannelKind::Sms)), Refusal::Unreachable(Unreachable::Country(Country::WORLD))])
                    .refuses([Refusal::Unreachable(Unreachable::Nowhere)])
                    .created::<MintedView>(CHALLENGE)
                    .located("challenge", "^/v1/challenges/[A-Za-z]{23}$")
                    .repeatable();
        ),
        resource!("/v1/challenges/{key}", bearer::identify, verify, pages cors::get;
            GET handlers::status: "getChallenge", "Get a challenge",
                "The status of the challenge and of its deliveries. Without the secret key, only a pending challenge \
                 is found, and no delivery but the latest is shown.",
                of_one(with_key(Viewer::SCOPES, Limit::VerifyPerAddress))
                    .ok::<FoundView>(CHALLENGE)
                    .or_anybody::<FoundView, _>("ReadChallenge", PublicView::like("pending"));
            DELETE handlers::cancel: "cancelChallenge", "Cancel a challenge",
                "The code no longer works, and a message that is still queued is not sent.",
                pending(with_key(Minter::SCOPES, Limit::VerifyPerAddress))
                    .no_content("The challenge is canceled.");
        ),
        resource!("/v1/challenges/{key}/verify", bearer::identify, verify, pages cors::post;
            POST handlers::verify: "verifyChallenge", "Check a code",
                "Counts the attempt and compares the code. A right code consumes the challenge, and the answer has a \
                 receipt. Without the secret key, `end_user_ip` and `Idempotency-Key` are refused.",
                verifying(pending(with_key(Verifier::SCOPES, Limit::VerifyPerAddress)))
                    .takes::<VerifyBody>(json!({ "code": "123456" }), WRONG_CODE)
                    .repeatable()
                    .problems([&IDEMPOTENCY_NOT_OFFERED])
                    .or_anybody::<VerifiedView, _>("AnsweredChallenge", VerifiedPublicView::example());
        ),
        resource!("/v1/challenges/{key}/resend", bearer::identify, mint, pages cors::post;
            POST handlers::resend: "resendChallenge", "Send the same code again",
                "The attempts and the expiry stay as they are. With `channel`, the code goes over another channel to the \
                 same recipient. Without the secret key, `Prefer` is ignored, and `Idempotency-Key` and `channel` are \
                 refused.",
                sending(pending(with_key(Minter::SCOPES, Limit::MintPerAddress)))
                    .may_take::<ResendBody>(json!({ "channel": "voice" }), WRONG_CHANNEL)
                    .refuses([Refusal::NoRoute(ChannelKind::Voice)])
                    .refuses([Refusal::SendsSpent, Refusal::SendUnderWay])
                    .refuses([Refusal::NothingToResend, Refusal::NoRecipient])
                    .limited([Limit::ResendCooldown, Limit::NotSentThere])
                    .ok::<ChallengeView>(CHALLENGE)
                    .repeatable()
                    .problems([&IDEMPOTENCY_NOT_OFFERED])
                    .or_anybody::<ChallengeView, _>("ResentChallenge", PublicView::like("pending"));
        ),
        resource!("/v1/verify", bearer::identify, verify;
            POST handlers::verify_latest: "verifyByRecipient", "Check a code by recipient",
                "For apps that store no shareable key: checks the code against the latest challenge of the \
                 recipient and purpose.",
                verifying(ended(with_key(Verifier::SCOPES, Limit::VerifyPerAddress)))
                    .takes::<VerifyByRecipientBody>(
                        json!({ "to": "jane@example.com", "purpose": "login", "code": "123456" }),
                        WRONG_CODE,
                    )
                    .repeatable();
        ),
        resource!("/v1/results", bearer::identify, verify;
            POST results::fetch: "fetchResult", "Fetch the result of a hosted page",
                "Exchanges the `otpmint_result` of the visitor for the challenge and a receipt, once and within 60 \
                 seconds.",
                with_key(Verifier::SCOPES, Limit::VerifyPerAddress)
                    .takes::<FetchResultBody>(json!({ "result": RESULT }), ("/result", "is missing"))
                    .refuses([Refusal::UnknownResult])
                    .limited([Limit::VerifyPerTenant])
                    .ok::<VerifiedView>(CHALLENGE);
        ),
    ],
};

const WRONG_TTL: (&str, &str) = ("/ttl", "ttl must be from 60 to 900 seconds");
const WRONG_CHANNEL: (&str, &str) = ("/channel", "channel is email, sms, whatsapp, voice or telegram");
const WRONG_CODE: (&str, &str) = ("/code", "is missing");
const RESULT: &str = "otpr_4hq7k2m9x3c8v5bnQeRtYuIoPaSdFgHjKlZxCvBnM12";

fn of_one(spec: V1Spec) -> V1Spec {
    spec.parameters([parameters::challenge()]).refuses([Refusal::UnknownChallenge])
}

/// An operation on a challenge that must be pending.
fn pending(spec: V1Spec) -> V1Spec {
    ended(spec.parameters([parameters::challenge()]))
}

fn ended(spec: V1Spec) -> V1Spec {
    let ended = [Exhausted, Verified, Expired, Canceled].map(Refusal::Ended);
    spec.refuses([Refusal::UnknownChallenge]).refuses(ended)
}

/// An operation that sends a message.
fn sending(spec: V1Spec) -> V1Spec {
    spec.parameters([parameters::prefer()])
        .limited([Limit::MintPerTenant, Limit::MintCap, Limit::SendsPerRecipient, Limit::Named])
        .limited([Limit::FailuresPerRecipient, Limit::RecipientLockout])
        .limited(FraudRule::ALL.map(FraudRule::limit))
        .refuses([Refusal::QueueFull])
}

/// An operation that checks a code.
fn verifying(spec: V1Spec) -> V1Spec {
    spec.refuses([Refusal::NotACode, Refusal::NoRecipient, Refusal::Mismatched { attempts_remaining: 4 }])
        .limited([Limit::VerifyPerTenant, Limit::FailuresPerRecipient, Limit::RecipientLockout])
        .ok::<VerifiedView>(CHALLENGE)
}
