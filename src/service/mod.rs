//! The use cases, one file each: register, authenticate, mint, verify, rotate, sweep.
//!
//! Each takes what it needs from [`Services`], decides nothing that the store decides, and
//! answers with a value or a [`Refusal`].

mod acceptance;
mod account_test;
mod accounts;
mod asking;
mod authenticate;
mod challenge;
mod console;
mod exchange;
mod fired;
mod holder;
mod hosted;
mod idempotency;
mod insight;
mod jwks;
mod keys;
mod ledger;
mod logo;
mod mint;
mod operator;
mod payload;
mod rates;
mod receipt;
mod refusal;
mod register;
mod reports;
mod reseal;
mod resend;
mod reveal;
mod rotate;
mod sandbox;
mod sandbox_mail;
mod sealed_smtp;
mod shelf;
mod sub_keys;
mod sweep;
mod templates;
mod tenant;
mod turns;
mod unlock;
mod verify;
mod way_back;
mod webhooks;

use std::sync::Arc;

use secrecy::SecretString;

use crate::crypto::keyring::Keyring;
use crate::crypto::shareable_key::Codec;
use crate::delivery::{Outbox, Routing};
use crate::domain::challenges::receipt::ReceiptTerms;
use crate::domain::id::IdGenerator;
use crate::domain::limits::rate::Rate;
use crate::domain::network::OutboundRule;
use crate::domain::policy::{Policies, Policy};
use crate::domain::random::Entropy;
use crate::domain::tenants::route::Route;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::{Clock, Timestamp};
use crate::domain::web_origin::WebOrigin;
use crate::store::{Retention, Store};

pub use account_test::Candidate;
pub use accounts::{AccountRefusal, Accounts};
pub use asking::PageRequest;
pub use authenticate::{AuthenticatedTenant, is_generated};
pub use console::{ConsoleRules, Denied, OwnSession, SetupLink, SignInLimits, Signed, SignedIn, TotpOffer};
pub use holder::Holder;
pub use hosted::HostedPage;
pub use idempotency::{Recalled, Running};
pub use insight::{LastDays, View};
pub use keys::NewSecret;
pub use ledger::StoreLedger;
pub use mint::{MintRequest, Minted, Wait};
pub use operator::{LimitsChange, Operator, OperatorChange, TenantOverview};
pub use payload::seal as seal_message;
pub use rates::{Gauge, RateStanding};
pub use refusal::Refusal;
pub use register::{Caller, Registered, Registration};
pub use reports::Reported;
pub use sandbox::{TestKey, TestKeyRequest};
pub use sandbox_mail::{FoundMail, KeptMail, MailQuery};
pub use sealed_smtp::sender;
pub use sub_keys::{FormerReceipts, Haste, KeyState, KeyVersion, KeysRotated};
pub use templates::{PreviewRequest, Replaced, SavedTemplate};
pub use tenant::{TenantDraft, TenantProfile};
pub use verify::{VerifyRequest, Which};
pub use way_back::{Leaving, WayBack};
pub use webhooks::{NewEndpoint, StoreWebhookLedger};

/// Who may register a tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegistrationMode {
    /// Whoever has the operator token.
    Operator,
    /// Anybody.
    Open,
    /// Nobody, over HTTP.
    Closed,
}

/// The rules that the operator sets.
pub struct Rules {
    /// How codes are drawn, tried and sent, as far as tenants do not decide it.
    pub policy: Arc<Policy>,
    /// Who may register.
    pub registration: RegistrationMode,
    /// The operator's token.
    pub operator_token: SecretString,
    /// From where browsers see this server; `None` for no hosted pages.
    pub public_url: Option<WebOrigin>,
    /// Which mail servers tenants may name.
    pub outbound: Arc<OutboundRule>,
    /// Where tenants may have their webhooks.
    pub webhooks: Arc<OutboundRule>,
    /// The limits of each tenant; `None` when limits are switched off.
    pub tenant_limits: Option<TenantLimits>,
    /// How people sign in to the console.
    pub console: ConsoleRules,
    /// How many requests may wait for the store.
    pub places: usize,
    /// What receipts say.
    pub receipts: ReceiptTerms,
    /// How long things are kept.
    pub retention: Retention,
}

impl Rules {
    /// The operator's policy for this tenant.
    fn policy_for(&self, tenant: &Tenant) -> Arc<Policy> {
        tenant.limits.in_policy(&self.policy)
    }

    /// What this tenant makes of it.
    fn policies_of(&self, tenant: &Tenant) -> Policies {
        Policies::in_force(&self.policy_for(tenant), &tenant.settings)
    }
}

/// How fast one tenant may go.
#[derive(Clone, Copy, Debug)]
pub struct TenantLimits {
    /// Mints.
    pub mint: Rate,
    /// Verifications.
    pub verify: Rate,
    /// Requests that look after the tenant.
    pub manage: Rate,
}

const REQUEST_ID_ALPHABET: [char; 16] =
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

/// What the use cases work with.
pub struct Parts {
    /// Everything durable.
    pub store: Arc<dyn Store>,
    /// The sub-keys.
    pub keyring: Arc<Keyring>,
    /// What sends.
    pub outbox: Arc<Outbox>,
    /// What checks routes.
    pub routing: Arc<Routing>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The greatest identity in use.
    pub greatest_id: i64,
    /// The operator's rules.
    pub rules: Rules,
}

/// All use cases, over the parts they share.
pub struct Services {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    codec: Codec,
    outbox: Arc<Outbox>,
    routing: Arc<Routing>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    ids: IdGenerator,
    rules: Rules,
    tenants: authenticate::Directory,
    rates: Option<Arc<rates::TenantRates>>,
    running: idempotency::RunningSet,
    last_reading: sub_keys::LastReading,
    resealing: reseal::Resealing,
    tests: account_test::Tests,
    turns: turns::Turns,
    desk: console::Desk,
    fired: fired::Fired,
}

impl Services {
    /// The use cases over these parts.
    pub fn new(parts: Parts) -> Self {
        let rates = parts.rules.tenant_limits;
        let rates = rates.map(|limits| Arc::new(rates::TenantRates::new(limits, Arc::clone(&parts.clock))));
        let turns = turns::Turns::new(parts.rules.places);
        let desk = console::Desk::new(parts.rules.console);
        Self {
            codec: parts.keyring.shareable_keys(),
            store: parts.store,
            keyring: parts.keyring,
            outbox: parts.outbox,
            routing: parts.routing,
            clock: parts.clock,
            entropy: parts.entropy,
            ids: IdGenerator::above(parts.greatest_id),
            rules: parts.rules,
            tenants: authenticate::Directory::default(),
            rates,
            running: idempotency::RunningSet::default(),
            last_reading: sub_keys::LastReading::default(),
            resealing: reseal::Resealing::default(),
            tests: account_test::Tests::default(),
            turns,
            desk,
            fired: fired::Fired::default(),
        }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A tenant's SMTP accounts, opened, in the order in which they are used.
    pub fn smtp_accounts(&self, tenant: &Tenant) -> Result<Vec<Route>, Refusal> {
        Ok(sealed_smtp::sender(&self.keyring, tenant)?.routes)
    }

    /// A name for one request, to find it again in the log.
    pub fn request_id(&self, size: usize) -> String {
        self.entropy.text(&REQUEST_ID_ALPHABET, size)
    }

    /// Whether what is asked now could be recorded.
    pub fn is_healthy(&self) -> bool {
        self.store.is_healthy()
    }
}
