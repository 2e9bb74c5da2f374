//! What is written down for good: who did what, when, and how it ended.

use std::net::IpAddr;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::operator::OperatorName;
use crate::domain::time::Timestamp;

/// Defines the events: each with its word, and the list of all of them.
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

            /// The stable word used in the store and in output.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// The event of this word, if there is one.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|event| event.as_str() == word)
            }
        }
    };
}

events! {
    /// A tenant was registered.
    TenantRegistered => "tenant_registered",
    /// A tenant was switched off.
    TenantDisabled => "tenant_disabled",
    /// A tenant was switched on again.
    TenantEnabled => "tenant_enabled",
    /// A tenant was changed: its name, its settings or its accounts.
    TenantChanged => "tenant_changed",
    /// The operator changed the limits of a tenant.
    LimitsChanged => "limits_changed",
    /// A tenant saved or deleted a template.
    TemplatesChanged => "templates_changed",
    /// A tenant was given a new secret key.
    KeyRotated => "key_rotated",
    /// A tenant was given one more secret key.
    KeyAdded => "key_added",
    /// A secret key was called back.
    KeyRevoked => "key_revoked",
    /// The sub-keys, or some of them, were given new versions.
    KeysRotated => "keys_rotated",
    /// Former versions of sub-keys were removed.
    KeysRemoved => "keys_removed",
    /// The master key was replaced.
    MasterKeyReplaced => "master_rotated",
    /// The server's time was set back to the machine's, and what was pending expired.
    ClockReset => "clock_reset",
    /// A challenge was opened and its message queued, unless its page asks for the recipient.
    Minted => "minted",
    /// The same code was sent again.
    Resent => "resent",
    /// The visitor of a page gave the challenge its recipient, and its message was queued.
    RecipientGiven => "recipient_given",
    /// The visitor of a page took the recipient back, and the code that was sent works no more.
    RecipientWithdrawn => "recipient_withdrawn",
    /// The right code was given.
    Verified => "verified",
    /// A wrong code was given.
    Mismatched => "mismatched",
    /// A wrong code was given, and it was the last attempt.
    Exhausted => "exhausted",
    /// A challenge was called off.
    Canceled => "canceled",
    /// A recipient was locked out.
    LockedOut => "locked_out",
    /// A locked-out recipient was let answer again.
    Unlocked => "unlocked",
    /// A message was not delivered.
    DeliveryFailed => "delivery_failed",
    /// A mail account was tried out.
    SmtpTested => "smtp_tested",
    /// A tenant was given a webhook.
    WebhookAdded => "webhook_added",
    /// A webhook was changed.
    WebhookChanged => "webhook_changed",
    /// A webhook was given a new signing secret.
    WebhookRotated => "webhook_rotated",
    /// A webhook was deleted.
    WebhookDeleted => "webhook_deleted",
    /// A webhook was disabled: its endpoint is gone, or has failed for days.
    WebhookDisabled => "webhook_disabled",
    /// A link was made with which an operator's account can be set up.
    SetupLinkMade => "setup_link_made",
    /// An operator's account was set up, or set up anew.
    OperatorSetUp => "operator_set_up",
    /// An operator signed in to the console.
    OperatorSignedIn => "operator_signed_in",
    /// Somebody did not get in to the console as an operator, or did not know the password again.
    OperatorRefused => "operator_refused",
    /// An operator signed out.
    OperatorSignedOut => "operator_signed_out",
    /// An operator ended all other sessions of the own account.
    OperatorOthersSignedOut => "operator_others_signed_out",
    /// An operator changed the password.
    OperatorPasswordChanged => "operator_password",
    /// An operator switched the codes of an authenticator app on or off.
    OperatorTotpChanged => "operator_totp",
    /// An operator gave the password again, for something that is dangerous.
    OperatorConfirmed => "operator_confirmed",
    /// A tenant signed in to the console.
    TenantSignedIn => "tenant_signed_in",
}

/// Who does something, as far as it is written down beside what was done.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Actor {
    /// The operator, if it is one at the console. The operator token has no name.
    pub operator: Option<OperatorName>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

impl Actor {
    /// Anybody but an operator at the console, at this address.
    pub const fn at(client_ip: Option<IpAddr>) -> Self {
        Self { operator: None, client_ip }
    }
}

/// What stands for the name of any operator.
pub const SOME_OPERATOR: &str = "operator";

/// Whether operators are named in what is read of the audit trail.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Operators {
    /// Each is [`SOME_OPERATOR`]. Which of them it was concerns no tenant, and a name is half of what
    /// somebody needs to sign in, or to keep its owner from doing so.
    #[default]
    Unnamed,
    /// By the names with which they sign in: for operators.
    Named,
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
    pub client_ip: Option<IpAddr>,
    /// The operator at the console who it was, or who it was tried as.
    pub operator: Option<String>,
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
    /// Those of this client's address, or of this operator, alone. Whoever is told of no operator's name
    /// finds nothing by it either.
    pub who: Option<String>,
    /// Whether operators are named.
    pub operators: Operators,
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
