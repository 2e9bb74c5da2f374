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
    /// The sub-keys, or some of them, were given new versions.
    KeysRotated,
    /// Former versions of sub-keys were removed.
    KeysRemoved,
    /// The master key was replaced.
    MasterKeyReplaced,
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
    /// A tenant was given a webhook.
    WebhookAdded,
    /// A webhook was changed.
    WebhookChanged,
    /// A webhook was given a new signing secret.
    WebhookRotated,
    /// A webhook was deleted.
    WebhookDeleted,
    /// A webhook was disabled: its endpoint is gone, or has failed for days.
    WebhookDisabled,
}

impl AuditEvent {
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
            Self::KeysRotated => "keys_rotated",
            Self::KeysRemoved => "keys_removed",
            Self::MasterKeyReplaced => "master_rotated",
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
            Self::WebhookAdded => "webhook_added",
            Self::WebhookChanged => "webhook_changed",
            Self::WebhookRotated => "webhook_rotated",
            Self::WebhookDeleted => "webhook_deleted",
            Self::WebhookDisabled => "webhook_disabled",
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
