//! Registration: creates a tenant with its SMTP account and its first secret key.

use crate::domain::operator::Power;
use crate::domain::tenants::route::Transport;
use std::fmt;
use std::net::IpAddr;

use secrecy::SecretString;

use crate::crypto::secret_key::SecretKey;
use crate::domain::challenges::idempotency::Made;
use crate::domain::id::TenantId;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::actor::{Actor, ShellUser};
use crate::domain::tenants::credential::{KeyHandle, KeyTerms, Scopes};
use crate::domain::tenants::route::{Route, RouteHandle};
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantSettings, TenantStatus};
use crate::service::idempotency::conditions::{RequestConditions, SecretSealer, secret_field};
use crate::service::operator::identity::Operator;
use crate::service::refusal::Refusal;
use crate::service::routes::{outbound, sealed_routes};
use crate::service::rules::RegistrationMode;
use crate::store::{NewKey, NewTenant};

use super::profile::Tenants;

/// The name of a tenant's first key.
const FIRST_KEY: &str = "first";

/// The caller who registers a tenant.
pub enum Caller {
    /// The operator, at the shell.
    Shell(ShellUser),
    /// The operator, over HTTP.
    Operator(Operator),
    /// Somebody over HTTP, subject to `registration.mode`; with the operator, if authenticated.
    Http(Option<Operator>),
}

impl Caller {
    fn conditions(&self) -> RequestConditions {
        match self {
            Self::Operator(operator) | Self::Http(Some(operator)) => operator.conditions().clone(),
            Self::Shell(_) | Self::Http(None) => RequestConditions::default(),
        }
    }

    fn actor(&self, client_ip: Option<IpAddr>) -> Actor {
        match self {
            Self::Operator(operator) | Self::Http(Some(operator)) => operator.actor(client_ip),
            Self::Shell(user) => Actor::shell(user.clone()),
            Self::Http(None) => Actor::at(client_ip),
        }
    }
}

/// A registration.
pub struct Registration {
    /// The tenant's name; may be empty.
    pub name: String,
    /// Its SMTP account.
    pub smtp: SmtpProfile,
    /// The name of its route; may be empty.
    pub route_name: String,
    /// The chosen key; if `None`, one is generated.
    pub secret_key: Option<SecretString>,
    /// The caller.
    pub caller: Caller,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// A tenant that was registered.
pub struct Registered {
    /// The row.
    pub id: TenantId,
    /// The handle.
    pub handle: TenantHandle,
    /// The key, if it was generated: shown only this once.
    pub generated_key: Option<SecretKey>,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registered({})", self.handle)
    }
}

impl Tenants {
    /// Registers a tenant.
    pub async fn register(&self, registration: Registration) -> Result<Registered, Refusal> {
        self.admit(&registration.caller)?;
        let transport = Transport::Smtp(registration.smtp.clone());
        outbound::check(&self.rules.outbound, &transport.server())?;
        let (key, generated) = match &registration.secret_key {
            Some(chosen) => (self.secret_keys.choose(chosen).await?, false),
            None => (SecretKey::generate(self.entropy.as_ref()), true),
        };
        let now = self.clock.now();
        let id = TenantId(self.ids.next(now));
        let handle = TenantHandle::draw(self.entropy.as_ref());
        let route = Route {
            handle: RouteHandle::draw(transport.kind(), self.entropy.as_ref()),
            name: registration.route_name,
            channels: transport.channels(),
            transport,
        };
        let logins = sealed_routes::logins(std::slice::from_ref(&route));
        let routes = sealed_routes::seal(&self.keyring, self.entropy.as_ref(), id, &[route]);
        let tenant = Tenant {
            id,
            handle: handle.clone(),
            name: registration.name,
            status: TenantStatus::Active,
            created_at: now,
            sandbox_of: None,
            settings: TenantSettings::default(),
            limits: GrantedLimits::default(),
            suspicion: None,
            revision: 0,
            routes: Some(routes),
        };
        let new = NewTenant {
            tenant,
            logins,
            key: NewKey {
                hash: self.keyring.secret_key_hash(key.expose()),
                handle: KeyHandle::draw(self.entropy.as_ref()),
                name: FIRST_KEY.to_owned(),
                scopes: Scopes::USUAL,
                hint: key.hint(),
                terms: KeyTerms::default(),
            },
            by: registration.caller.actor(registration.client_ip),
        };
        let secret = generated.then(|| secret_field(key.expose()));
        let sealer = SecretSealer { keyring: &self.keyring, entropy: self.entropy.as_ref(), now };
        let made = Some(Made::Tenant(handle.clone()));
        let conditions = registration.caller.conditions();
        let change =
            conditions.over(&self.store).making(made, secret.as_ref().map(|text| text.as_str()), sealer);
        if !change.store().add_tenant(new).await? {
            return Err(Refusal::UnusableSecretKey);
        }
        tracing::info!(tenant = %handle, smtp = ?registration.smtp, "a tenant was registered");
        Ok(Registered { id, handle, generated_key: generated.then_some(key) })
    }

    fn admit(&self, caller: &Caller) -> Result<(), Refusal> {
        match (caller, self.rules.registration) {
            (Caller::Shell(_), _) | (Caller::Http(_), RegistrationMode::Open) => Ok(()),
            (Caller::Operator(operator), _) => operator.require(Power::Manage),
            (Caller::Http(_), RegistrationMode::Closed) => Err(Refusal::RegistrationClosed),
            (Caller::Http(proved), RegistrationMode::Operator) => {
                proved.as_ref().ok_or(Refusal::OperatorTokenNeeded)?.require(Power::Manage)
            }
        }
    }
}
