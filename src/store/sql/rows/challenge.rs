//! The row of a challenge.

use crate::domain::challenges::challenge::{Binding, Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::fallback::Fallback;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::rate::Rate;
use crate::domain::phone::country::Country;
use crate::domain::phone::fraud::trace::Trace;
use crate::domain::secret::{CodeHash, RecipientIndex, Sealed};
use crate::domain::time::Timestamp;
use crate::store::sql::dialect::lock;
use crate::store::sql::failed::Result;
use crate::store::sql::reports::counts::CellId;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::shown::{read_shown, shown_columns};

/// The columns of `challenges c` that a whole challenge is read from.
macro_rules! challenge_columns {
    () => {
        concat!(
            shown_columns!(),
            ", c.tenant, c.sends, c.recipient, c.code_key, c.code_hash, c.payload, \
             c.own_failures, c.cell, c.bound_channel, c.fallback, c.trace, c.country, \
             c.mailbox, c.spelling, c.space"
        )
    };
}
pub(crate) use challenge_columns;

/// A whole challenge.
pub struct ChallengeRow {
    /// The part that its tenant may see.
    pub shown: Challenge,
    pub tenant: TenantId,
    /// Number of messages so far.
    pub sends: u8,
    /// Erased at the end; absent until a page has been given a recipient.
    pub recipient: Option<RecipientIndex>,
    /// The version of the key with which the hash was computed.
    pub code_key: u32,
    /// Erased at the end.
    pub code_hash: Option<CodeHash>,
    /// The sealed message; erased at the end.
    pub payload: Option<Sealed>,
    /// The tenant's own limit on wrong codes, as it was at the mint.
    pub own_failures: Option<Rate>,
    /// The cell that it is counted in.
    pub cell: CellId,
    /// The channel that the hash is bound to, if the code has moved to another one.
    pub bound_channel: Option<ChannelKind>,
    /// The channels that follow.
    pub fallback: Fallback,
    /// What the rules against toll fraud need of a phone number; erased at the end.
    pub trace: Option<Trace>,
    /// The country of a phone number.
    pub country: Option<Country>,
    /// The recipient's index over all tenants, if its messages are counted there; erased at the end.
    pub overall: Option<RecipientIndex>,
    /// The index of the address as it is spelled, if it is counted under another form.
    pub spelling: Option<RecipientIndex>,
    /// How many codes its own was drawn from; 0 without one.
    pub space: i64,
}

/// The part of a row that has to be written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Extent {
    /// The counts and the delivery status.
    Course,
    /// The same, and the end of the challenge.
    End,
    /// Everything that can change.
    Everything,
    /// The whole row, which is new.
    New,
}

/// The values that an answer is checked against.
pub struct ExpectedCode {
    pub binding: Binding,
    pub code_key: u32,
    pub code_hash: CodeHash,
}

impl ChallengeRow {
    /// Loads a challenge.
    pub fn load(tx: &dyn Tx, id: ChallengeId) -> Result<Option<Self>> {
        let sql = concat!("SELECT ", challenge_columns!(), " FROM challenges c WHERE c.id = ?1 ", lock!());
        tx.first(sql, with![id], Self::read)
    }

    /// Reads the columns of `challenge_columns`.
    pub fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            shown: read_shown(row)?,
            tenant: row.get()?,
            sends: row.get()?,
            recipient: row.get()?,
            code_key: row.get()?,
            code_hash: row.get()?,
            payload: row.get()?,
            own_failures: row.maybe_word(|text| text.parse().ok())?,
            cell: CellId(row.get()?),
            bound_channel: row.maybe_word(ChannelKind::parse)?,
            fallback: row.maybe_word(Fallback::parse)?.unwrap_or_default(),
            trace: row.get::<Option<Vec<u8>>>()?.and_then(|trace| Trace::from_bytes(&trace)),
            country: row.get()?,
            overall: row.get()?,
            spelling: row.get()?,
            space: row.get()?,
        })
    }

    /// Writes the part of the row that has changed.
    pub fn write(&self, tx: &dyn Tx, extent: Extent) -> Result<()> {
        match extent {
            Extent::Course => self.write_course(tx),
            Extent::End => self.write_end(tx),
            Extent::Everything => self.write_everything(tx),
            Extent::New => self.insert(tx),
        }
    }

    fn write_course(&self, tx: &dyn Tx) -> Result<()> {
        let sql = "UPDATE challenges SET attempts = ?2, sends = ?3, resend_at = ?4, delivery = ?5, \
                   delivery_at = ?6, delivery_error = ?7, max_attempts = ?8 WHERE id = ?1";
        let Challenge { id, standing, resend_at, delivery_at, .. } = &self.shown;
        let (delivery, error) = self.delivery_words();
        let (at, most) = (*delivery_at, standing.max_attempts);
        tx.later(sql, with![*id, standing.attempts, self.sends, *resend_at, delivery, at, error, most])
    }

    fn write_end(&self, tx: &dyn Tx) -> Result<()> {
        let sql = "UPDATE challenges SET status = ?2, attempts = ?3, sends = ?4, resend_at = ?5, delivery = ?6, \
                   delivery_at = ?7, delivery_error = ?8, recipient = NULL, code_hash = NULL, payload = NULL, \
                   trace = NULL, mailbox = NULL, max_attempts = ?9 WHERE id = ?1";
        let Challenge { id, standing, resend_at, delivery_at, .. } = &self.shown;
        let (delivery, error) = self.delivery_words();
        let (status, at, most) = (standing.status.as_str(), *delivery_at, standing.max_attempts);
        tx.later(
            sql,
            with![*id, status, standing.attempts, self.sends, *resend_at, delivery, at, error, most],
        )
    }

    fn write_everything(&self, tx: &dyn Tx) -> Result<()> {
        let sql = "UPDATE challenges SET status = ?2, attempts = ?3, sends = ?4, resend_at = ?5, delivery = ?6, \
                   delivery_at = ?7, delivery_error = ?8, recipient = ?9, recipient_hint = ?10, code_key = ?11, code_hash = ?12, \
                   payload = ?13, expires_at = ?14, cell = ?15, channel = ?16, bound_channel = ?17, fallback = ?18, trace = ?19, \
                   country = ?20, mailbox = ?21, spelling = ?22, space = ?23, max_attempts = ?24 WHERE id = ?1";
        let shown = &self.shown;
        let (delivery, error) = self.delivery_words();
        tx.later(
            sql,
            with![
                shown.id,
                shown.standing.status.as_str(),
                shown.standing.attempts,
                self.sends,
                shown.resend_at,
                delivery,
                shown.delivery_at,
                error,
                self.recipient.as_ref(),
                shown.to.as_deref().unwrap_or_default(),
                self.code_key,
                self.code_hash.as_ref(),
                self.payload.as_ref(),
                shown.standing.expires_at,
                self.cell.0,
                shown.channel.as_str(),
                self.bound_channel.map(ChannelKind::as_str),
                self.fallback_words().as_deref(),
                self.trace.as_ref().map(Trace::to_bytes).as_ref(),
                self.country.as_ref(),
                self.overall.as_ref(),
                self.spelling.as_ref(),
                self.space,
                shown.standing.max_attempts,
            ],
        )
    }

    fn insert(&self, tx: &dyn Tx) -> Result<()> {
        let sql = "INSERT INTO challenges (id, tenant, purpose, channel, recipient, recipient_hint, code_key, code_hash, \
                   payload, status, attempts, max_attempts, expires_at, sends, max_sends, resend_at, details, own_failures, \
                   delivery, delivery_at, delivery_error, cell, fallback, trace, country, mailbox, spelling, space) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, \
                   ?23, ?24, ?25, ?26, ?27, ?28)";
        let (shown, (delivery, error)) = (&self.shown, self.delivery_words());
        tx.later(
            sql,
            with![
                shown.id,
                self.tenant,
                shown.purpose.as_str(),
                shown.channel.as_str(),
                self.recipient.as_ref(),
                shown.to.as_deref().unwrap_or_default(),
                self.code_key,
                self.code_hash.as_ref(),
                self.payload.as_ref(),
                shown.standing.status.as_str(),
                shown.standing.attempts,
                shown.standing.max_attempts,
                shown.standing.expires_at,
                self.sends,
                shown.max_sends,
                shown.resend_at,
                column(&shown.details).as_deref(),
                self.own_failures.map(String::from).as_deref(),
                delivery,
                shown.delivery_at,
                error,
                self.cell.0,
                self.fallback_words().as_deref(),
                self.trace.as_ref().map(Trace::to_bytes).as_ref(),
                self.country.as_ref(),
                self.overall.as_ref(),
                self.spelling.as_ref(),
                self.space,
            ],
        )
    }

    /// Most challenges have none, and narrow rows are fast.
    fn fallback_words(&self) -> Option<String> {
        (!self.fallback.is_empty()).then(|| self.fallback.to_string())
    }

    fn delivery_words(&self) -> (Option<&'static str>, Option<&'static str>) {
        let Challenge { delivery, delivery_error, .. } = &self.shown;
        (delivery.map(DeliveryStatus::as_str), delivery_error.map(DeliveryError::as_str))
    }

    /// Returns the values that an answer is checked against, if they are not erased.
    pub fn expected_code(&self) -> Option<ExpectedCode> {
        let (recipient, code_hash) = self.recipient.zip(self.code_hash)?;
        self.payload.as_ref()?;
        let Challenge { id, purpose, channel, .. } = &self.shown;
        let (challenge, purpose) = (*id, purpose.clone());
        let channel = self.bound_channel.unwrap_or(*channel);
        let binding = Binding { tenant: self.tenant, challenge, purpose, channel, recipient };
        Some(ExpectedCode { binding, code_key: self.code_key, code_hash })
    }

    /// Returns whether its message waits to be sent.
    pub fn is_queued(&self) -> bool {
        self.shown.delivery == Some(DeliveryStatus::Queued)
    }

    /// Returns why a waiting message is not sent when its challenge ends with this status: the
    /// reason of its last try, if it was tried.
    pub fn unsent_because(&self, status: ChallengeStatus) -> DeliveryError {
        self.shown.delivery_error.unwrap_or(match status {
            ChallengeStatus::Expired => DeliveryError::Expired,
            _ => DeliveryError::Canceled,
        })
    }

    /// Sets the number of messages that were sent or are on their way.
    pub fn has_sent(&mut self, sends: u8) {
        self.sends = sends;
        self.shown.sends_remaining = self.shown.max_sends.saturating_sub(sends);
    }

    /// Moves the code to another channel. Its hash stays bound to the first one.
    pub fn move_to(&mut self, channel: ChannelKind) {
        self.fallback = self.fallback.behind(channel);
        if channel != self.shown.channel {
            self.bound_channel.get_or_insert(self.shown.channel);
            self.shown.channel = channel;
        }
    }

    /// Sets the delivery status.
    pub fn delivered(&mut self, status: DeliveryStatus, at: Option<Timestamp>, error: Option<DeliveryError>) {
        (self.shown.delivery, self.shown.delivery_at, self.shown.delivery_error) = (Some(status), at, error);
    }

    /// Erases everything by which the code could be tried or the recipient found. Returns the
    /// message, whose stored copy is erased.
    pub fn erase(&mut self) -> Option<Sealed> {
        (self.recipient, self.overall, self.code_hash, self.trace) = (None, None, None, None);
        self.payload.take()
    }
}

/// Serialises details, or returns nothing if they are empty: most challenges have none, and narrow
/// rows are fast.
fn column(details: &Details) -> Option<String> {
    // Texts always serialise.
    (!details.is_empty()).then(|| serde_json::to_string(details).unwrap_or_default())
}
