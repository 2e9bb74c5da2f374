//! Limits: the rules that refuse with 429.

use std::time::Duration;

/// A rule that refuses requests. The set is closed; each rule has a stable word and a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Limit {
    /// Registrations from one client address.
    RegisterPerAddress,
    /// Mints from one client address that is not an authenticated backend.
    MintPerAddress,
    /// Verifications from one client address that is not an authenticated backend.
    VerifyPerAddress,
    /// Invalid secret keys from one client address.
    WrongKeysPerAddress,
    /// Documents for anybody, read from one client address.
    DocumentsPerAddress,
    /// Mints by one tenant.
    MintPerTenant,
    /// Verifications of one tenant's challenges.
    VerifyPerTenant,
    /// A tenant's management requests.
    ManagePerTenant,
    /// Messages to one recipient of one tenant.
    SendsPerRecipient,
    /// The pause between two messages of one challenge.
    ResendCooldown,
    /// Wrong answers for one recipient of one tenant.
    FailuresPerRecipient,
    /// Failed sign-ins at the console, for one operator or from one client address.
    SignIns,
    /// Wrong answers in a row: the recipient stays locked out until the tenant clears the lockout.
    RecipientLockout,
}

impl Limit {
    /// Returns the stable word: `code` in JSON, a label in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RegisterPerAddress => "register_per_address",
            Self::MintPerAddress => "mint_per_address",
            Self::VerifyPerAddress => "verify_per_address",
            Self::WrongKeysPerAddress => "wrong_keys_per_address",
            Self::DocumentsPerAddress => "documents_per_address",
            Self::MintPerTenant => "mint_per_tenant",
            Self::VerifyPerTenant => "verify_per_tenant",
            Self::ManagePerTenant => "manage_per_tenant",
            Self::SendsPerRecipient => "sends_per_recipient",
            Self::ResendCooldown => "resend_cooldown",
            Self::FailuresPerRecipient => "failures_per_recipient",
            Self::SignIns => "sign_ins",
            Self::RecipientLockout => "recipient_lockout",
        }
    }

    /// Returns the sentence for the caller.
    pub const fn message(self) -> &'static str {
        match self {
            Self::RegisterPerAddress => "Too many registrations from this address.",
            Self::MintPerAddress | Self::VerifyPerAddress | Self::DocumentsPerAddress => {
                "Too many requests from this address."
            }
            Self::WrongKeysPerAddress => "Too many secret keys from this address were not valid.",
            Self::MintPerTenant => "This tenant is minting too fast.",
            Self::VerifyPerTenant => "Too many verifications for this tenant.",
            Self::ManagePerTenant => "This tenant is being looked after too fast.",
            Self::SendsPerRecipient => "Too many codes were sent to this recipient.",
            Self::ResendCooldown => "This code was sent a moment ago.",
            Self::FailuresPerRecipient => "Too many wrong codes for this recipient.",
            Self::SignIns => "Too many wrong tries at signing in.",
            Self::RecipientLockout => {
                "Too many wrong codes in a row: this recipient is locked out until the tenant clears it."
            }
        }
    }
}

/// A refusal by a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitHit {
    /// The limit.
    pub limit: Limit,
    /// How long to wait until a request could pass.
    pub retry_after: Duration,
}
