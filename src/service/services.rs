//! All use cases.

use std::sync::{Arc, Mutex};

use crate::crypto::sids::Sids;
use crate::domain::random::Entropy;
use crate::domain::time::{Clock, Timestamp};
use crate::store::Store;

use super::acme::{AcmeChallenges, AcmeRecords};
use super::admission::Admission;
use super::callbacks::receive::Callbacks;
use super::challenges::aliases::Aliases;
use super::challenges::challenge::Challenges;
use super::challenges::fallbacks::Fallbacks;
use super::challenges::holder::Holders;
use super::challenges::hosted::HostedPages;
use super::challenges::issue::Issuer;
use super::challenges::receipt::Receipts;
use super::challenges::sandbox_mail::SandboxMails;
use super::challenges::verify::Verification;
use super::console::parts::Console;
use super::exports::exporting::Exports;
use super::factors::tenant_factors::Factors;
use super::hooks::relays::HookRelays;
use super::hooks::secrets::Hooks;
use super::idempotency::requests::Idempotency;
use super::keys::sub_keys::SubKeys;
use super::limits::limit_hits::LimitHits;
use super::limits::limiter::Limiter;
use super::nodes::overview::Nodes;
use super::operator::administration::Administration;
use super::operator::token::OperatorTokens;
use super::parts::Parts;
use super::phone::blocks::PhoneBlocks;
use super::reports::reporting::Reports;
use super::reports::sealing::AuditSeals;
use super::routes::tenant_routes::Routes;
use super::rules::Rules;
use super::shared::Shared;
use super::templates::tenant_templates::Templates;
use super::tenants::authenticate::Authenticator;
use super::tenants::directory::Directory;
use super::tenants::erasure::Erasures;
use super::tenants::key_uses::KeyUses;
use super::tenants::profile::Tenants;
use super::tenants::secret_keys::SecretKeys;
use super::verify::safe_numbers::SafeNumbers;
use super::verify::services::VerifyServices;
use super::verify::verifications::Verifications;
use super::webhooks::endpoints::Webhooks;

const REQUEST_ID_ALPHABET: [char; 16] =
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

/// All use cases, by theme.
pub struct Services {
    /// What the server has with the authority that issues its certificates.
    pub acme: Arc<AcmeRecords>,
    /// What the authority is told when it asks whether a name is the server's.
    pub acme_challenges: AcmeChallenges,
    /// How many requests may wait for the store.
    pub admission: Arc<Admission>,
    /// Finds the tenant of a secret key.
    pub authenticator: Arc<Authenticator>,
    /// Challenges: minting, reading, resending and canceling them.
    pub challenges: Arc<Challenges>,
    /// Challenges under a tenant's own names.
    pub aliases: Aliases,
    /// Verification of answers.
    pub verification: Arc<Verification>,
    /// Services, which are purposes of a tenant under a name.
    pub verify_services: VerifyServices,
    /// The phone numbers that tenants vouch for.
    pub safe_numbers: SafeNumbers,
    /// Challenges of services, by recipient or sid.
    pub verifications: Verifications,
    /// The sids of everything that has one.
    pub sids: Sids,
    /// Hosted pages of challenges.
    pub pages: HostedPages,
    /// The operations for holders of a shareable key.
    pub holders: Holders,
    /// Codes that follow over another channel.
    pub fallbacks: Fallbacks,
    /// Idempotent requests.
    pub idempotency: Arc<Idempotency>,
    /// The secrets with which identity servers sign.
    pub hooks: Hooks,
    /// The messages of identity servers.
    pub hook_relays: HookRelays,
    /// The mails of sandboxes.
    pub sandbox_mails: SandboxMails,
    /// Tenants: registering, reading and changing them.
    pub tenants: Arc<Tenants>,
    /// Exports of tenants.
    pub exports: Arc<Exports>,
    /// Erases what is stored of people.
    pub erasures: Erasures,
    /// The secret keys of tenants.
    pub secret_keys: Arc<SecretKeys>,
    /// The routes of tenants.
    pub routes: Routes,
    /// The templates of tenants.
    pub templates: Templates,
    /// The webhooks of tenants.
    pub webhooks: Webhooks,
    /// The factors of tenants.
    pub factors: Factors,
    /// The callbacks of providers.
    pub callbacks: Callbacks,
    /// What the rules against toll fraud have refused.
    pub phone_blocks: PhoneBlocks,
    /// The operator's management of tenants.
    pub operator: Administration,
    /// The operator tokens.
    pub operator_tokens: OperatorTokens,
    /// Signing in to the console.
    pub console: Console,
    /// Statistics, deliveries and the audit trail.
    pub reports: Reports,
    /// The seals of the audit trail.
    pub audit_seals: AuditSeals,
    /// The requests that limits refused.
    pub limit_hits: Arc<LimitHits>,
    /// The limiter, which counts events against rates.
    pub limiter: Arc<Limiter>,
    /// This process among the nodes of its store.
    pub nodes: Nodes,
    /// The sub-keys.
    pub keys: Arc<SubKeys>,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) rules: Arc<Rules>,
    pub(super) directory: Arc<Directory>,
    pub(super) uses: Arc<KeyUses>,
    /// When counts were last folded.
    pub(super) last_fold: Mutex<Option<Timestamp>>,
    entropy: Arc<dyn Entropy>,
}

impl Services {
    /// Creates the use cases over these parts.
    pub fn new(parts: &Parts) -> Self {
        let shared = Shared::new(parts);
        let acme = Arc::new(AcmeRecords::new(parts));
        let authenticator = Arc::new(Authenticator::new(parts, &shared));
        let secret_keys = Arc::new(SecretKeys::new(parts, &shared));
        let tenants = Arc::new(Tenants::new(parts, &shared, secret_keys.clone()));
        let issuer = Arc::new(Issuer::new(parts, &shared));
        let challenges = Arc::new(Challenges::new(parts, &shared, Arc::clone(&issuer)));
        let verification = Arc::new(Verification::new(parts, &shared, Arc::new(Receipts::new(parts))));
        let idempotency = Arc::new(Idempotency::new(parts));
        Self {
            acme_challenges: AcmeChallenges::new(Arc::clone(&acme)),
            acme,
            pages: HostedPages::new(parts, &shared, challenges.clone(), verification.clone()),
            aliases: Aliases::new(parts, &shared, challenges.clone(), verification.clone()),
            holders: Holders::new(parts, &shared, challenges.clone(), verification.clone()),
            verifications: Verifications::new(parts, challenges.clone(), verification.clone()),
            verify_services: VerifyServices::new(parts, tenants.clone()),
            safe_numbers: SafeNumbers::new(parts, tenants.clone()),
            sids: Sids::new(parts.keyring.shareable_keys()),
            fallbacks: Fallbacks::new(parts, &shared, issuer),
            hooks: Hooks::new(parts, &shared, authenticator.clone()),
            hook_relays: HookRelays::new(challenges.clone(), idempotency.clone()),
            idempotency,
            sandbox_mails: SandboxMails::new(parts),
            routes: Routes::new(parts, &shared),
            templates: Templates::new(parts, &shared),
            webhooks: Webhooks::new(parts, &shared),
            factors: Factors::new(parts, &shared),
            callbacks: Callbacks::new(parts, &shared),
            operator: Administration::new(parts, &shared, secret_keys.clone(), tenants.clone()),
            operator_tokens: OperatorTokens::new(parts, &shared),
            console: Console::new(parts, &shared, authenticator.clone(), tenants.clone()),
            phone_blocks: PhoneBlocks::new(parts),
            reports: Reports::new(parts, &shared),
            erasures: Erasures::new(parts, &shared),
            audit_seals: AuditSeals::new(parts, &shared),
            exports: Arc::new(Exports::new(parts, &shared, authenticator.clone(), tenants.clone())),
            nodes: Nodes::new(parts),
            last_fold: Mutex::default(),
            challenges,
            verification,
            authenticator,
            tenants,
            secret_keys,
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            rules: Arc::clone(&parts.rules),
            admission: shared.admission,
            limit_hits: shared.hits,
            keys: shared.keys,
            limiter: Arc::clone(&parts.limiter),
            directory: shared.directory,
            uses: shared.uses,
        }
    }

    /// Returns the present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns a random id for one request, by which it can be found in the log.
    pub fn request_id(&self, size: usize) -> String {
        self.entropy.text(&REQUEST_ID_ALPHABET, size)
    }

    /// Returns whether the store could record a request now.
    pub fn is_healthy(&self) -> bool {
        self.store.is_healthy()
    }
}
