//! The audit trail: who did what and when, and how it ended.

use std::net::IpAddr;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::time::Timestamp;

/// Defines the events, each with its word, and the list of all of them.
macro_rules! events {
    ($($(#[$doc:meta])* $name:ident => $word:literal,)*) => {
        /// A security-relevant event.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum AuditEvent {
            $($(#[$doc])* $name,)*
        }

        impl AuditEvent {
            /// Every event, in order of declaration.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the stable word used in the store and in output.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// Returns the event that this word names, if any.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|event| event.as_str() == word)
            }
        }
    };
}

events! {
    /// A tenant was registered.
    TenantRegistered => "tenant_registered",
    /// A tenant was disabled.
    TenantDisabled => "tenant_disabled",
    /// A tenant was enabled again.
    TenantEnabled => "tenant_enabled",
    /// The operator decided that a tenant is deleted, and when.
    TenantDeletionScheduled => "tenant_deletion_scheduled",
    /// The operator decided that a tenant stays after all.
    TenantRestored => "tenant_restored",
    /// A tenant was deleted, with everything that belonged to it.
    TenantDeleted => "tenant_deleted",
    /// Somebody exported everything that a tenant owns.
    TenantExported => "tenant_exported",
    /// A tenant was changed: its name, its settings or the order of its routes.
    TenantChanged => "tenant_changed",
    /// A tenant was given a route.
    RouteAdded => "route_added",
    /// A route of a tenant was changed.
    RouteChanged => "route_changed",
    /// A route of a tenant was deleted.
    RouteDeleted => "route_deleted",
    /// The operator changed the limits of a tenant.
    LimitsChanged => "limits_changed",
    /// A tenant saved or deleted a template.
    TemplatesChanged => "templates_changed",
    /// A tenant was given a new secret key.
    KeyRotated => "key_rotated",
    /// A tenant was given one more secret key.
    KeyAdded => "key_added",
    /// A secret key was revoked.
    KeyRevoked => "key_revoked",
    /// The end of a secret key, or from where it may be used, was changed.
    KeyChanged => "key_changed",
    /// A secret key was refused because of where it was used.
    KeyRefused => "key_refused",
    /// New versions of some or all sub-keys were made.
    KeysRotated => "keys_rotated",
    /// Former versions of sub-keys were removed.
    KeysRemoved => "keys_removed",
    /// The master key was replaced.
    MasterKeyReplaced => "master_rotated",
    /// The server's time was set back to the machine's, and pending challenges expired.
    ClockReset => "clock_reset",
    /// The store was restored from a backup, and pending challenges expired.
    Restored => "restored",
    /// A challenge was opened and its message queued, unless its page asks for the recipient.
    Minted => "minted",
    /// A code that its tenant has made and checks itself was queued.
    Relayed => "relayed",
    /// The same code was sent again.
    Resent => "resent",
    /// The visitor of a page gave the challenge its recipient, and its message was queued.
    RecipientGiven => "recipient_given",
    /// The visitor of a page withdrew the recipient, and the code that was sent became invalid.
    RecipientWithdrawn => "recipient_withdrawn",
    /// The right code was given.
    Verified => "verified",
    /// A wrong code was given.
    Mismatched => "mismatched",
    /// A wrong code was given, and it was the last attempt; or one was given after the attempts had been cut.
    Exhausted => "exhausted",
    /// A challenge was canceled.
    Canceled => "canceled",
    /// A tenant ended a challenge as verified, without a code.
    Approved => "approved",
    /// A recipient was locked out.
    LockedOut => "locked_out",
    /// A recipient's lockout was cleared.
    Unlocked => "unlocked",
    /// What was stored of a recipient was erased.
    RecipientErased => "recipient_erased",
    /// Somebody looked for what was sent to a recipient.
    RecipientSearched => "recipient_searched",
    /// A rule against toll fraud began to refuse messages to a range of numbers or a country, or for
    /// an end user.
    PhoneBlocked => "phone_blocked",
    /// Such a block was cleared.
    PhoneBlockCleared => "phone_block_cleared",
    /// The cap on a tenant's mints began to refuse them.
    MintsCapped => "mints_capped",
    /// Somebody seems to guess at the codes of very many recipients of a tenant.
    SpraySuspected => "spray_suspected",
    /// A tenant counts as under attack because somebody has ordered it.
    SprayOrdered => "spray_ordered",
    /// A tenant does not count as under attack any more because somebody has ordered it.
    SprayEnded => "spray_ended",
    /// A message was not delivered.
    DeliveryFailed => "delivery_failed",
    /// A route was tested.
    RouteTested => "smtp_tested",
    /// The secret of a hook was set or deleted.
    HookChanged => "hook_changed",
    /// A tenant was given a webhook.
    WebhookAdded => "webhook_added",
    /// A webhook was changed.
    WebhookChanged => "webhook_changed",
    /// A webhook was given a new signing secret.
    WebhookRotated => "webhook_rotated",
    /// A webhook was deleted.
    WebhookDeleted => "webhook_deleted",
    /// A webhook was disabled because its endpoint is gone or has failed for days.
    WebhookDisabled => "webhook_disabled",
    /// A tenant added a factor of one of its users.
    FactorAdded => "factor_added",
    /// A factor was confirmed by its first right code, or imported as confirmed.
    FactorConfirmed => "factor_confirmed",
    /// A factor paused after too many wrong codes in a row.
    FactorPaused => "factor_paused",
    /// A factor was deleted.
    FactorRemoved => "factor_removed",
    /// A recovery code of a factor was used.
    RecoveryCodeUsed => "recovery_code_used",
    /// A factor was given new recovery codes.
    RecoveryCodesReplaced => "recovery_codes_replaced",
    /// A link was made that lets an operator's account be set up.
    SetupLinkMade => "setup_link_made",
    /// An operator's account was set up, or set up again.
    OperatorSetUp => "operator_set_up",
    /// An operator signed in to the console.
    OperatorSignedIn => "operator_signed_in",
    /// Somebody failed to sign in to the console as an operator, or to confirm the password.
    OperatorRefused => "operator_refused",
    /// The account of an operator was locked after too many wrong codes in a row, with the right password.
    OperatorLocked => "operator_locked",
    /// The account of an operator was unlocked.
    OperatorUnlocked => "operator_unlocked",
    /// The role of an operator was changed.
    OperatorRoleChanged => "operator_role",
    /// An operator was removed.
    OperatorRemoved => "operator_removed",
    /// An operator signed out.
    OperatorSignedOut => "operator_signed_out",
    /// An operator ended all other sessions of the same account.
    OperatorOthersSignedOut => "operator_others_signed_out",
    /// An operator changed the password.
    OperatorPasswordChanged => "operator_password",
    /// An operator enabled or disabled the codes of an authenticator app.
    OperatorTotpChanged => "operator_totp",
    /// An operator confirmed the password for a dangerous operation.
    OperatorConfirmed => "operator_confirmed",
    /// An operator token was made.
    TokenAdded => "token_added",
    /// The operator token of the settings or its file was replaced.
    TokenReplaced => "token_replaced",
    /// An operator token was revoked.
    TokenRevoked => "token_revoked",
    /// A tenant signed in to the console.
    TenantSignedIn => "tenant_signed_in",
}

/// The treatment of operators' names when the audit trail is read.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Operators {
    /// Each operator is shown as [`SOME_OPERATOR`](super::actor::SOME_OPERATOR), whether at the console, with a token or
    /// at the shell. Tenants need not know which operator acted, and a name is half of what an attacker needs to sign in,
    /// or to lock its owner out.
    #[default]
    Unnamed,
    /// Operators are shown by their names. This is for operators only.
    Named,
}

/// One row of the audit trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// When the event happened.
    pub at: Timestamp,
    /// The tenant, if the event concerns one.
    pub tenant: Option<TenantId>,
    /// The event, as written by [`AuditEvent::as_str`].
    pub event: String,
    /// The challenge, if the event concerns one.
    pub challenge: Option<ChallengeId>,
    /// The recipient, masked.
    pub recipient: Option<String>,
    /// What it was done to: the handle of a key, a webhook, a route or a factor, the name of a hook's product; or an
    /// operator or an operator token, as [`Author::word`](super::actor::Author::word) has them. Of a factor the trail
    /// does not say whose it is: the tenant can ask for that while the factor exists.
    pub object: Option<String>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// Who did it, as [`Author::word`](super::actor::Author::word) has them.
    pub actor: Option<String>,
}

/// A filter for the audit trail.
#[derive(Clone, Default, Debug)]
pub struct AuditQuery {
    /// Only this tenant's rows; `None` for all rows, including those without a tenant.
    pub tenant: Option<TenantId>,
    /// Only rows of this event.
    pub event: Option<AuditEvent>,
    /// Only rows about this challenge.
    pub challenge: Option<ChallengeId>,
    /// Only rows with this client address, actor or object, or with this name as operator, token or user of the shell.
    /// If operators are not named, an operator's name matches nothing.
    pub who: Option<String>,
    /// Whether operators are named.
    pub operators: Operators,
    /// Only rows from this moment on.
    pub from: Option<Timestamp>,
    /// Only rows before this moment.
    pub to: Option<Timestamp>,
    /// Only rows after the page that ended at this cursor.
    pub after: Option<AuditCursor>,
    /// The maximum number of rows.
    pub limit: usize,
}

/// The position at which a page of the audit trail ended. Later rows come before it, since the
/// newest are listed first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditCursor(pub i64);

/// A page of the audit trail.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct AuditPage {
    /// The rows, newest first. There may be fewer than asked for, or none, even if more follow.
    pub rows: Vec<AuditRow>,
    /// The cursor of the next page; `None` if nothing follows.
    pub next: Option<AuditCursor>,
}
