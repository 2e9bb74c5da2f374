//! Mint requests of tenants.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::domain::address::Address;
use crate::domain::challenges::alias::Alias;
use crate::domain::challenges::asking::Ask;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::device::Device;
use crate::domain::challenges::fallback::Fallback;
use crate::domain::challenges::former::Former;
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::limits::named::Subjects;
use crate::domain::policy::CodePolicy;
use crate::domain::sms::Autofill;

/// The lifetimes that a relayed code may have, in seconds. Its maker decides how long it is valid; this is how long
/// its message is tried, and what the message says.
pub const RELAYED_LIVES: RangeInclusive<u64> = 60..=3_600;

/// A request for a code to a recipient.
#[derive(Debug)]
pub struct MintRequest {
    /// The recipient of the code.
    pub to: Address,
    /// The channel: that of the recipient, or none to receive the code.
    pub channel: ChannelKind,
    /// The channels over which it follows if its message does not arrive.
    pub fallback: Fallback,
    /// The purpose of the code.
    pub purpose: Purpose,
    /// How the code is drawn and tried; `None` for the policy of the purpose.
    pub policy: Option<CodePolicy>,
    /// The code, if the tenant has drawn it itself.
    pub code: Option<Code>,
    /// What it means for a pending challenge of the same recipient and purpose.
    pub former: Former,
    /// The details that the tenant attaches.
    pub details: Details,
    /// The tenant's variables for its template.
    pub vars: Vars,
    /// The page or the app that may take the code from a text message.
    pub autofill: Option<Autofill>,
    /// The fields that a verification must repeat.
    pub bound: BoundFields,
    /// How often the code may be sent, if less than the policy allows.
    pub max_sends: Option<u8>,
    /// What the tenant's own limits count the mint for.
    pub subjects: Subjects,
    /// The tenant's own name for the challenge.
    pub alias: Option<Alias>,
    /// The device on which the code will be answered.
    pub device: Device,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// The end user's address, if the tenant has passed it on.
    pub end_user: Option<IpAddr>,
    /// What to wait for.
    pub wait: Wait,
    /// Identifies the request if it is repeated.
    pub once: Option<Once>,
}

impl MintRequest {
    /// Creates a request with the default settings, whose only purpose is to confirm that `to` can
    /// be reached.
    pub fn to(to: Address) -> Self {
        Self {
            channel: to.usual_channel(),
            to,
            fallback: Fallback::default(),
            purpose: Purpose::VERIFICATION,
            policy: None,
            code: None,
            former: Former::Stays,
            details: Details::default(),
            vars: Vars::default(),
            autofill: None,
            bound: BoundFields::default(),
            max_sends: None,
            subjects: Subjects::default(),
            alias: None,
            device: Device::Unknown,
            client_ip: None,
            end_user: None,
            wait: Wait::Queued,
            once: None,
        }
    }

    /// Returns the request under this alias.
    pub(super) fn under(self, alias: Alias) -> Self {
        Self { alias: Some(alias), ..self }
    }

    /// Returns the device on which the tenant will have the code answered. Whoever answers on a hosted page does not
    /// come through the tenant, so it cannot vouch for them then.
    pub(super) fn answered_on(&self) -> Device {
        if self.details.hosting().is_some() { Device::Unknown } else { self.device }
    }

    /// Returns what the mint is recorded for besides its recipient.
    pub(super) fn recorded_for(&self) -> (&Subjects, Option<&Alias>) {
        (&self.subjects, self.alias.as_ref())
    }
}

/// The event that a mint waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// Nothing: the message is queued.
    Queued,
    /// Until the message is accepted or refused, or this time has passed, whichever is first.
    Outcome(Duration),
    /// Until the mail server has accepted the message, at most for this time. If it has not, the
    /// challenge is canceled: the caller never learns the key.
    Accepted(Duration),
}

/// A request for a challenge whose user gives the address.
#[derive(Debug)]
pub struct PageRequest {
    /// The purpose of the code.
    pub purpose: Purpose,
    /// How the code is drawn and tried; `None` for the policy of the purpose.
    pub policy: Option<CodePolicy>,
    /// The details that the tenant attaches, including the page's settings.
    pub details: Details,
    /// The tenant's variables for its template.
    pub vars: Vars,
    /// The page or the app that may take the code from a text message.
    pub autofill: Option<Autofill>,
    /// How often codes may be sent, if less than the policy allows.
    pub max_sends: Option<u8>,
    /// What the tenant's own limits count the mint for.
    pub subjects: Subjects,
    /// The tenant's own name for the challenge.
    pub alias: Option<Alias>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// Identifies the request if it is repeated.
    pub once: Option<Once>,
}

impl PageRequest {
    /// Creates a request with the default settings, whose only purpose is to confirm an address.
    pub fn with(details: Details) -> Self {
        Self {
            purpose: Purpose::VERIFICATION,
            policy: None,
            details,
            vars: Vars::default(),
            autofill: None,
            max_sends: None,
            subjects: Subjects::default(),
            alias: None,
            client_ip: None,
            once: None,
        }
    }

    /// Returns the request under this alias.
    pub(super) fn under(self, alias: Alias) -> Self {
        Self { alias: Some(alias), ..self }
    }

    /// Returns what the mint is recorded for besides.
    pub(super) fn recorded_for(&self) -> (&Subjects, Option<&Alias>) {
        (&self.subjects, self.alias.as_ref())
    }

    /// Returns what the page asks for.
    pub(super) fn ask(&self) -> Ask {
        self.details.asks().map(|asking| asking.ask).unwrap_or_default()
    }
}

/// A code to deliver.
#[derive(Clone, Debug)]
pub struct RelayRequest {
    /// The recipient.
    pub to: Address,
    /// The channel.
    pub channel: ChannelKind,
    /// The channels over which it follows if its message does not arrive.
    pub fallback: Fallback,
    /// The code.
    pub code: Code,
    /// What it is for.
    pub purpose: Purpose,
    /// How long it is valid; `None` for the policy of the purpose.
    pub lifetime: Option<Duration>,
    /// The language of the message, and what the tenant attaches.
    pub details: Details,
    /// The variables for the tenant's template.
    pub vars: Vars,
    /// The link that does the same as the code, if there is one. Only mails carry it.
    pub link: Option<Link>,
    /// What the tenant's own limits count the message for.
    pub subjects: Subjects,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// The end user's address, if the caller has passed it on.
    pub end_user: Option<IpAddr>,
    /// What to wait for.
    pub wait: Wait,
    /// Identifies the request if it is repeated.
    pub once: Option<Once>,
}
