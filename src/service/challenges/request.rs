//! What tenants ask for when they mint.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::policy::CodePolicy;

/// What a tenant asks for.
#[derive(Debug)]
pub struct MintRequest {
    /// Where the code goes.
    pub to: Address,
    /// By which medium: that of the recipient, or none, to be told the code.
    pub channel: ChannelKind,
    /// What it is for.
    pub purpose: Purpose,
    /// How the code is drawn and tried; `None` as the policy of the purpose has it.
    pub policy: Option<CodePolicy>,
    /// What the tenant attaches.
    pub details: Details,
    /// What it tells for its template.
    pub vars: Vars,
    /// What verification must repeat.
    pub bound: BoundFields,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// What to wait for.
    pub wait: Wait,
    /// By what to recognise the request when it is repeated.
    pub once: Option<Once>,
}

impl MintRequest {
    /// A mint in the usual way, for nothing but to confirm that `to` is reached.
    pub fn to(to: Address) -> Self {
        Self {
            channel: to.usual_channel(),
            to,
            purpose: Purpose::VERIFICATION,
            policy: None,
            details: Details::default(),
            vars: Vars::default(),
            bound: BoundFields::default(),
            client_ip: None,
            wait: Wait::Queued,
            once: None,
        }
    }
}

/// What a mint waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// Nothing: the message is on its way.
    Queued,
    /// That the message was accepted or refused, or this time has passed; whatever comes first.
    Outcome(Duration),
    /// That the mail server has accepted the message, within this time. If it has not, the
    /// challenge is called off: its caller never learns the key.
    Accepted(Duration),
}

/// What a tenant asks for whose user is to tell the address.
#[derive(Debug)]
pub struct PageRequest {
    /// What the code is for.
    pub purpose: Purpose,
    /// How the code is drawn and tried; `None` as the policy of the purpose has it.
    pub policy: Option<CodePolicy>,
    /// What the tenant attaches; with what the page needs.
    pub details: Details,
    /// What it tells for its template.
    pub vars: Vars,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// By what to recognise the request when it is repeated.
    pub once: Option<Once>,
}
