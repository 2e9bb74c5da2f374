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
    /// Challenges that one tenant opens within an hour, or within a day.
    MintCap,
    /// Verifications of one tenant's challenges.
    VerifyPerTenant,
    /// A tenant's management requests.
    ManagePerTenant,
    /// Exports of one tenant, and erasures of its recipients.
    BulkPerTenant,
    /// Messages to one recipient of one tenant.
    SendsPerRecipient,
    /// Mints for a subject that the tenant names, such as a device.
    Named,
    /// Messages to phone numbers that one end user asks for.
    SendsPerEndUser,
    /// Countries in which one end user asks for codes and enters none.
    CountriesPerEndUser,
    /// Messages to phone numbers that differ in their last four digits only.
    SendsPerPrefix,
    /// Messages to phone numbers close to each other.
    NeighbouringNumbers,
    /// Codes to phone numbers of one country that nobody enters.
    UnverifiedByCountry,
    /// The tenant's budget of messages to phone numbers.
    BudgetSpent,
    /// The tenant's budget of calls.
    CallsSpent,
    /// The server's budget of messages to phone numbers.
    ServerBudgetSpent,
    /// Any of the last eight, as everybody but the tenant learns of it.
    NotSentThere,
    /// An answer on a hosted page that came before the pause of the page was over.
    PagePause,
    /// The pause between two messages of one challenge.
    ResendCooldown,
    /// Wrong answers for one recipient of one tenant.
    FailuresPerRecipient,
    /// Failed sign-ins at the console, for one operator or from one client address.
    SignIns,
    /// Wrong answers in a row: the recipient stays locked out until the tenant clears the lockout.
    RecipientLockout,
    /// Wrong codes of one factor in a row: it pauses.
    FactorPaused,
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
            Self::MintCap => "mint_cap",
            Self::VerifyPerTenant => "verify_per_tenant",
            Self::ManagePerTenant => "manage_per_tenant",
            Self::BulkPerTenant => "bulk_per_tenant",
            Self::SendsPerRecipient => "sends_per_recipient",
            Self::Named => "named_limit",
            Self::SendsPerEndUser => "sends_per_end_user",
            Self::CountriesPerEndUser => "countries_per_end_user",
            Self::SendsPerPrefix => "sends_per_prefix",
            Self::NeighbouringNumbers => "neighbouring_numbers",
            Self::UnverifiedByCountry => "unverified_by_country",
            Self::BudgetSpent => "budget_spent",
            Self::CallsSpent => "calls_spent",
            Self::ServerBudgetSpent => "server_budget_spent",
            Self::PagePause => "page_pause",
            Self::NotSentThere => "not_sent_there",
            Self::ResendCooldown => "resend_cooldown",
            Self::FailuresPerRecipient => "failures_per_recipient",
            Self::SignIns => "sign_ins",
            Self::RecipientLockout => "recipient_lockout",
            Self::FactorPaused => "factor_paused",
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
            Self::MintCap => "This tenant has minted as many codes as it may within an hour or a day.",
            Self::VerifyPerTenant => "Too many verifications for this tenant.",
            Self::ManagePerTenant => "This tenant is being looked after too fast.",
            Self::BulkPerTenant => "Too much of this tenant's data is asked for, or erased, at once.",
            Self::SendsPerRecipient => "Too many codes were sent to this recipient.",
            Self::Named => "Too many codes were minted under one of the tenant's own limits.",
            Self::SendsPerEndUser => "Too many codes were sent to phone numbers for this end user.",
            Self::CountriesPerEndUser => {
                "This end user has asked for codes in too many countries without entering one."
            }
            Self::SendsPerPrefix => "Too many codes were sent to numbers of this range.",
            Self::NeighbouringNumbers => "Codes were sent to a run of neighbouring numbers.",
            Self::UnverifiedByCountry => "Too many codes to numbers of this country were not entered.",
            Self::BudgetSpent => "The tenant's budget of messages to phone numbers is spent.",
            Self::CallsSpent => "The tenant's budget of calls to phone numbers is spent.",
            Self::ServerBudgetSpent => "The server's budget of messages to phone numbers is spent.",
            Self::PagePause => "The page has to be open for a moment before an answer.",
            Self::NotSentThere => "No code can be sent there now.",
            Self::ResendCooldown => "This code was sent a moment ago.",
            Self::FailuresPerRecipient => "Too many wrong codes for this recipient.",
            Self::SignIns => "Too many wrong tries at signing in.",
            Self::RecipientLockout => {
                "Too many wrong codes in a row: this recipient is locked out until the tenant clears it."
            }
            Self::FactorPaused => "Too many wrong codes in a row: this factor pauses.",
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
