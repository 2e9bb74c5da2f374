//! The tenant of a challenge, read-only.

use std::cell::{Cell, OnceCell};

use crate::domain::challenges::device::Device;
use crate::domain::id::TenantId;
use crate::domain::policy::GrantedLimits;
use crate::domain::spray::suspicion::Suspicion;
use crate::domain::tenants::tenant::{TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::{EventKind, EventKinds};
use crate::domain::webhooks::webhook::WebhookId;
use crate::store::sql::dialect::live_tenant;
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The columns that an owner is read from, and their tables.
macro_rules! owner_columns {
    () => {
        concat!(
            "t.handle, t.status, coalesce(l.status, t.status), \
             CASE WHEN t.sandbox_of IS NULL THEN t.limits ELSE l.limits END, t.suspicion FROM tenants t ",
            live_tenant!()
        )
    };
}
pub(crate) use owner_columns;

/// The columns of `webhooks w` that an endpoint is read from.
macro_rules! endpoint_columns {
    () => {
        "w.id, w.events"
    };
}
pub(crate) use endpoint_columns;

/// A tenant.
pub struct Owner {
    pub handle: TenantHandle,
    /// Whether it is active. A sandbox is active only if the live tenant that it belongs to is.
    pub is_active: bool,
    /// The limits that the operator has set; for a sandbox, those of the live tenant.
    pub granted: GrantedLimits,
    /// What is suspected of those who answer.
    suspicion: Option<Suspicion>,
    endpoints: OnceCell<Vec<Endpoint>>,
    events: Cell<Option<EventState>>,
}

/// The known state of a tenant's events.
#[derive(Clone, Copy)]
pub struct EventState {
    /// Number of deliveries to its endpoints that have not ended.
    pub waiting: i64,
    /// The greatest event number.
    pub last: i64,
}

/// An endpoint that receives events.
#[derive(Clone, Copy)]
pub struct Endpoint {
    pub webhook: WebhookId,
    events: EventKinds,
}

impl Endpoint {
    /// Reads the columns of `endpoint_columns`.
    pub fn read(row: &mut Row) -> Result<Self> {
        Ok(Self { webhook: row.get()?, events: EventKinds::from_bits(row.get()?) })
    }

    /// Returns whether it subscribes to this kind.
    pub fn wants(&self, kind: EventKind) -> bool {
        self.events.has(kind)
    }
}

impl Owner {
    /// Loads a tenant.
    pub fn load(tx: &dyn Tx, tenant: TenantId) -> Result<Option<Self>> {
        let sql = concat!("SELECT ", owner_columns!(), " WHERE t.id = ?1");
        tx.first(sql, with![tenant], Self::read)
    }

    /// Reads the columns of `owner_columns`.
    pub fn read(row: &mut Row) -> Result<Self> {
        let handle = row.word(TenantHandle::parse)?;
        let (own, live) = (row.word(TenantStatus::parse)?, row.word(TenantStatus::parse)?);
        let is_active = own == TenantStatus::Active && live == TenantStatus::Active;
        let (granted, suspicion) = (row.json()?, row.json()?);
        let (endpoints, events) = (OnceCell::new(), Cell::new(None));
        Ok(Self { handle, is_active, granted, suspicion, endpoints, events })
    }

    /// Returns the most answers to a challenge that are evaluated from this device now, if they are cut.
    pub fn cut(&self, device: Device, now: Timestamp) -> Option<u8> {
        let taken = self.suspicion.filter(|_| device == Device::Unknown)?.taken(now);
        taken.map(|measures| measures.attempts)
    }

    /// Sets its enabled endpoints, which an engine has loaded in advance.
    pub fn with_endpoints(self, endpoints: Vec<Endpoint>) -> Self {
        Self { endpoints: OnceCell::from(endpoints), ..self }
    }

    /// Returns its enabled endpoints, which are loaded once.
    pub fn endpoints(&self, tx: &dyn Tx, tenant: TenantId) -> Result<&[Endpoint]> {
        if let Some(endpoints) = self.endpoints.get() {
            return Ok(endpoints);
        }
        let sql = concat!(
            "SELECT ",
            endpoint_columns!(),
            " FROM webhooks w WHERE w.tenant = ?1 AND w.enabled <> 0"
        );
        let found = tx.all(sql, with![tenant], Endpoint::read)?;
        Ok(self.endpoints.get_or_init(|| found))
    }

    /// Returns its events, which are counted once.
    pub fn events(&self, tx: &dyn Tx, tenant: TenantId) -> Result<EventState> {
        if let Some(events) = self.events.get() {
            return Ok(events);
        }
        let sql = "SELECT count(*) FROM webhooks w JOIN webhook_deliveries d ON d.webhook = w.id \
                   WHERE w.tenant = ?1 AND d.due_at IS NOT NULL";
        let waiting = tx.one(sql, with![tenant], |row| row.get())?;
        let sql = "SELECT coalesce(max((SELECT max(d.event) FROM webhook_deliveries d WHERE d.webhook = w.id)), 0) \
                   FROM webhooks w WHERE w.tenant = ?1";
        let last = tx.one(sql, with![tenant], |row| row.get())?;
        Ok(self.set_events(EventState { waiting, last }))
    }

    /// Replaces the known state of its events.
    pub fn set_events(&self, events: EventState) -> EventState {
        self.events.set(Some(events));
        events
    }
}
