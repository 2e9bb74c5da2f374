//! The body of a search for one recipient.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::deliveries::search::{RecipientCursor, RecipientFilter};
use crate::domain::id::ChallengeId;
use crate::domain::phone::country::Country;
use crate::domain::time::Timestamp;

use crate::http::shared::bodies::fields;
use crate::http::shared::description::{schemas, words};
use crate::http::shared::problems::rejection::Rejection;

/// The longest page, and the usual one.
const LIMITS: (usize, usize) = (50, 20);

/// Whose challenges are wanted, and which.
#[derive(Deserialize, ToSchema)]
#[schema(as = ChallengeSearch)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchBody {
    /// The recipient: a mail address or a phone number. All spellings of a mailbox are one recipient.
    #[schema(min_length = 3, max_length = 254, example = "jane@example.com")]
    to: String,
    /// Only challenges for this purpose; the limits are those of `verification` if it is absent.
    #[schema(schema_with = words::wanted_purpose)]
    purpose: Option<String>,
    #[schema(schema_with = schemas::wanted_status)]
    status: Option<String>,
    /// Only challenges that were minted from this moment on (RFC 3339).
    #[schema(schema_with = words::since)]
    from: Option<String>,
    /// Only challenges that were minted before this moment (RFC 3339).
    #[schema(schema_with = words::until)]
    until: Option<String>,
    /// The longest page; 20 if absent.
    #[schema(minimum = 1, maximum = 50)]
    limit: Option<u32>,
    /// `next` of the previous page.
    #[schema(pattern = "^[A-Za-z0-9_-]{11}$", max_length = 11)]
    cursor: Option<String>,
}

impl SearchBody {
    /// The recipient, and which of its challenges are wanted. `region` is that of national phone numbers.
    pub(crate) fn read(&self, region: Option<Country>) -> Result<(Address, RecipientFilter), Rejection> {
        let to = fields::recipient(&self.to, region)?;
        let purpose = self.purpose.as_deref().map(|word| fields::purpose(Some(word))).transpose()?;
        let filter = RecipientFilter {
            purpose,
            status: parsed(self.status.as_deref(), "status", WRONG_STATUS, ChallengeStatus::parse)?,
            from: parsed(self.from.as_deref(), "from", WRONG_MOMENT, Timestamp::parse)?,
            until: parsed(self.until.as_deref(), "until", WRONG_MOMENT, Timestamp::parse)?,
            after: parsed(self.cursor.as_deref(), "cursor", WRONG_CURSOR, parse_cursor)?,
            limit: self.limit()?,
        };
        Ok((to, filter))
    }

    fn limit(&self) -> Result<usize, Rejection> {
        let (most, usual) = LIMITS;
        let limit = self.limit.map_or(usual, |limit| limit as usize);
        match (1..=most).contains(&limit) {
            true => Ok(limit),
            false => Err(Rejection::field("/limit", format!("from 1 to {most}"))),
        }
    }
}

const WRONG_STATUS: &str = "pending, verified, expired, exhausted or canceled";
const WRONG_MOMENT: &str = "a moment such as 2026-11-21T08:30:00Z";
const WRONG_CURSOR: &str = "`next` of the previous page";

fn parsed<T>(
    text: Option<&str>,
    name: &str,
    wrong: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Rejection> {
    let refused = || Rejection::field(format!("/{name}"), wrong);
    text.map(|text| parse(text).ok_or_else(refused)).transpose()
}

fn parse_cursor(text: &str) -> Option<RecipientCursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(RecipientCursor(ChallengeId(i64::from_be_bytes(bytes.try_into().ok()?))))
}

/// The cursor on the wire.
pub(super) fn cursor_text(cursor: RecipientCursor) -> String {
    URL_SAFE_NO_PAD.encode(cursor.0.0.to_be_bytes())
}
