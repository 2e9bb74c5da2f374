//! What is written down for good: who did what, when, and how it ended.

use std::net::IpAddr;

use super::id::{ChallengeId, TenantId};
use super::time::Timestamp;

/// A security-relevant event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AuditEvent {
    /// A tenant was registered.
    TenantRegistered,
    /// A tenant was switched off.
    TenantDisabled,
    /// A tenant was switched on again.
    TenantEnabled,
    /// A tenant was changed: its name, its settings or its accounts.
    TenantChanged,
    /// A tenant saved or deleted a template.
    TemplatesChanged,
    /// A tenant was given a new secret key.
    KeyRotated,
    /// A tenant was given one more secret key.
    KeyAdded,
    /// A secret key was called back.
    KeyRevoked,
    /// A challenge was opened and its message queued.
    Minted,
    /// The same code was sent again.
    Resent,
    /// The right code was given.
    Verified,
    /// A wrong code was given.
    Mismatched,
    /// A wrong code was given, and it was the last attempt.
    Exhausted,
    /// A challenge was called off.
    Canceled,
    /// A recipient was locked out.
    LockedOut,
    /// A locked-out recipient was let answer again.
    Unlocked,
    /// A message was not delivered.
    DeliveryFailed,
    /// A mail account was tried out.
    SmtpTested,
}

impl AuditEvent {
    /// Every event.
    pub const ALL: [Self; 18] = [
        Self::TenantRegistered,
        Self::TenantDisabled,
        Self::TenantEnabled,
        Self::TenantChanged,
        Self::TemplatesChanged,
        Self::KeyRotated,
        Self::KeyAdded,
        Self::KeyRevoked,
        Self::Minted,
        Self::Resent,
        Self::Verified,
        Self::Mismatched,
        Self::Exhausted,
        Self::Canceled,
        Self::LockedOut,
        Self::Unlocked,
        Self::DeliveryFailed,
        Self::SmtpTested,
    ];

    /// The event of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }

    /// The stable word used in the store and in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TenantRegistered => "tenant_registered",
            Self::TenantDisabled => "tenant_disabled",
            Self::TenantEnabled => "tenant_enabled",
            Self::TenantChanged => "tenant_changed",
            Self::TemplatesChanged => "templates_changed",
            Self::KeyRotated => "key_rotated",
            Self::KeyAdded => "key_added",
            Self::KeyRevoked => "key_revoked",
            Self::Minted => "minted",
            Self::Resent => "resent",
            Self::Verified => "verified",
            Self::Mismatched => "mismatched",
            Self::Exhausted => "exhausted",
            Self::Canceled => "canceled",
            Self::LockedOut => "locked_out",
            Self::Unlocked => "unlocked",
            Self::DeliveryFailed => "delivery_failed",
            Self::SmtpTested => "smtp_tested",
        }
    }
}

/// One row of the audit trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// When it happened.
    pub at: Timestamp,
    /// To whom, if to a tenant.
    pub tenant: Option<TenantId>,
    /// What happened, as [`AuditEvent::as_str`] wrote it.
    pub event: String,
    /// The challenge, if it was about one.
    pub challenge: Option<ChallengeId>,
    /// The recipient, masked.
    pub recipient: Option<String>,
    /// The client's address.
    pub origin: Option<IpAddr>,
}

/// Which rows of the audit trail.
#[derive(Clone, Default, Debug)]
pub struct AuditQuery {
    /// Whose; `None` for everybody's and nobody's.
    pub tenant: Option<TenantId>,
    /// Those of this event alone.
    pub event: Option<AuditEvent>,
    /// Those about this challenge alone.
    pub challenge: Option<ChallengeId>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
    /// Those that follow the page which ended so.
    pub after: Option<AuditCursor>,
    /// Rows of the page at most.
    pub limit: usize,
}

/// Where a page of the audit trail ended. What is written later comes before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditCursor(pub i64);

/// A page of the audit trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditPage {
    /// Its rows, newest first. There may be fewer than asked for, or none, though more follow.
    pub rows: Vec<AuditRow>,
    /// Where it ended; `None` when nothing follows.
    pub next: Option<AuditCursor>,
}
