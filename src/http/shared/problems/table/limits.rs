//! Refusals by limits.

use crate::domain::limits::limit::Limit;

use crate::http::shared::problems::entry::{ProblemEntry, Statuses};

/// Defines the entry of each limit; its code and words are the limit's own.
macro_rules! limits {
    ($($name:ident meaning: $meaning:literal remedy: $remedy:literal;)*) => {
        /// The entry of a limit.
        pub(crate) fn of(limit: Limit) -> &'static ProblemEntry {
            match limit {
                $(Limit::$name => {
                    static ENTRY: ProblemEntry =
                        ProblemEntry::new(Limit::$name.as_str(), Statuses::Both(429), Limit::$name.message())
                            .titled(Limit::$name.message())
                            .explained($meaning, $remedy);
                    &ENTRY
                })*
            }
        }

        pub(crate) fn all() -> Vec<&'static ProblemEntry> {
            vec![$(of(Limit::$name)),*]
        }
    };
}

limits! {
    RegisterPerAddress
        meaning: "Too many registrations from this address."
        remedy: "Retry later, or send the operator token: requests with it are not counted.";
    MintPerAddress
        meaning: "Too many mints from this address, or for this `end_user_ip`."
        remedy: "Send a valid secret key: then your backend's address is not counted. An end user must wait.";
    VerifyPerAddress
        meaning: "Too many verifications or look-ups from this address, or for this `end_user_ip`."
        remedy: "Send a valid secret key: then your backend's address is not counted. An end user must wait.";
    WrongKeysPerAddress
        meaning: "Too many invalid secret keys came from this client address. Until the time is up no key from \
            it is checked, right or wrong; only a generated one (`otpm_…`), which cannot be guessed, still \
            works."
        remedy: "Retry after `Retry-After`, with the right key. An operator can exempt a network, or change the \
            limit.";
    DocumentsPerAddress
        meaning: "Too many requests from this address for the description of the API, its pages or the explained \
            problems."
        remedy: "Keep what you have read: `Cache-Control` says for how long. The operator can raise \
            `limits.documents_per_address`.";
    MintPerTenant
        meaning: "The tenant mints, resends, or tests and replays webhooks too fast."
        remedy: "Retry, and spread your requests. The operator can raise `limits.mint_per_tenant`.";
    MintCap
        meaning: "The tenant has opened as many challenges as it may within an hour or 24 hours: the operator's cap \
`limits.mints_per_hour` or `limits.mints_per_day`, or the tenant's own, `mints`. It keeps an attacker who makes an app \
mint for very many people from guessing at all of them."
        remedy: "Find out who mints so much: the statistics by hour and the webhook `tenant.mints_capped` tell since when. \
Raise your own cap with `PATCH /v1/tenant`, or ask the operator.";
    VerifyPerTenant
        meaning: "Too many verifications for this tenant. The attempt was not counted."
        remedy: "Retry. If your own users do not explain it, somebody is guessing.";
    ManagePerTenant
        meaning: "Too many requests that manage the tenant: its policy, keys, accounts, templates, webhooks or \
            statistics."
        remedy: "Retry, and spread your requests. The operator can raise `limits.manage_per_tenant`.";
    BulkPerTenant
        meaning: "An export of the tenant or an erasure of one of its recipients is under way, and there may be one of \
            each at a time; or the tenant has exported itself too often within an hour."
        remedy: "Wait for it to end, as long as `Retry-After` says.";
    SendsPerRecipient
        meaning: "Too many codes were sent to this recipient."
        remedy: "Ask your user to look for the last mail, including in the spam folder, and retry later.";
    Named
        meaning: "The tenant itself limits how many codes are minted for a device, a session or whatever it names in \
            `limits` of a mint, and for this one there were too many. Nothing was counted for the others."
        remedy: "Let the user wait. The tenant changes the limit in its policy (`limits.named`).";
    SendsPerEndUser
        meaning: "Too many codes were sent to phone numbers for this end user: for the `end_user_ip` that you \
            passed, or the visitor of a hosted page."
        remedy: "Let the end user wait. If many people share the address, clear the block: `GET \
            /v1/tenant/phone/blocks` lists it.";
    CountriesPerEndUser
        meaning: "This end user has asked for codes to numbers of several countries within 24 hours and entered \
            none of them, as those do who try where messages pay."
        remedy: "Let the end user enter a code first, or clear the block.";
    SendsPerPrefix
        meaning: "Too many codes were sent to numbers that differ in their last four digits only: whoever earns \
            from messages rents numbers by the block."
        remedy: "Retry later. If these are real people, such as the employees of one company, clear the block.";
    NeighbouringNumbers
        meaning: "Codes were sent to several numbers next to each other within ten minutes, and this one would \
            complete the run."
        remedy: "Retry later, or clear the block if these are real people.";
    UnverifiedByCountry
        meaning: "Of the codes to numbers of this country, so few were entered lately that most are probably \
            requested by a machine."
        remedy: "Look at the statistics by country. Protect the form, or take the country off `phone.countries`; \
            if it is real, clear the block or let the rule only record (`phone.rules.record_only`).";
    BudgetSpent
        meaning: "The tenant has sent as many messages to phone numbers, within an hour or within 24 hours, as \
            its budget has. Messages that were sent again count too."
        remedy: "Find out who asks for the codes. The tenant can raise its own budget (`phone.rules`), the \
            operator the general one (`fraud.messages_per_day`).";
    CallsSpent
        meaning: "The tenant has sent as many codes by calls, within an hour or within 24 hours, as its budget of \
            calls has. Calls cost the most, so their budget is the smaller one."
        remedy: "Send the code over another channel. The tenant can raise its own budget (`phone.rules`), the \
            operator the general one (`fraud.calls_per_day`).";
    ServerBudgetSpent
        meaning: "All tenants together have sent as many messages to phone numbers as the operator allows."
        remedy: "Retry later, or ask the operator (`fraud.server_messages_per_day`).";
    NotSentThere
        meaning: "A rule against toll fraud has refused a message. Which one, only the tenant learns."
        remedy: "Retry later, or use another way to sign in.";
    ResendCooldown
        meaning: "The code was sent a moment ago."
        remedy: "Wait until `resend_at` of the challenge; the message may only be slow.";
    PagePause
        meaning: "The tenant is under attack by guesses, and this answer came before its hosted page had been open for \
            as long as the page says. It cost no attempt. Only visitors of pages meet this."
        remedy: "Wait as long as the page says. With its script the page works for a moment instead.";
    FailuresPerRecipient
        meaning: "Too many wrong codes for this recipient. For now nothing is evaluated and nothing is minted \
            for it."
        remedy: "Retry later. `POST /v1/tenant/recipients/unlock` clears it, and so does the operator with \
            `otpmint tenant unlock`. On a device of the user that you know, ask and answer with `trusted: true`.";
    SignIns
        meaning: "Too many failed attempts to sign in to the console, as this operator or from this address."
        remedy: "Wait as long as the page says. An operator who has lost the password can recover with `otpmint \
            operator setup-link`.";
    RecipientLockout
        meaning: "The recipient is locked out after too many wrong codes in a row. This does not end with time."
        remedy: "Clear it with `POST /v1/tenant/recipients/unlock`, or ask the operator for `otpmint tenant \
            unlock`; and find out who was guessing. On a device of the user that you know, ask and answer with \
            `trusted: true`.";
    FactorPaused
        meaning: "Five wrong codes in a row came for this factor, so that none is checked until `retry_at`, not even a \
            right one. The pauses grow with each further five: 1, 5 and 15 minutes, 1, 6 and 24 hours."
        remedy: "Wait for `Retry-After`; a right code ends the row. If the user was not guessing, somebody else was: \
            look into the sign-ins of this user.";
}
