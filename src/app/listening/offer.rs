//! What the listeners serve.

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};

use crate::app::tls::Acceptor;
use crate::domain::time::Clock;
use crate::http::{AddressLimits, AppState, PlainDoor, RenderMetrics};

/// Routes in addition to those of the product: `dev` adds some.
pub type ExtraRoutes = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

/// What the listeners serve.
pub(in crate::app) struct Offer {
    pub(in crate::app) state: Data<AppState>,
    pub(in crate::app) limits: AddressLimits,
    pub(in crate::app) operator: OperatorOffer,
    pub(in crate::app) plain: Option<PlainDoor>,
    pub(in crate::app) metrics: Option<RenderMetrics>,
    pub(in crate::app) extra: Option<ExtraRoutes>,
    pub(in crate::app) tls: Option<Acceptor>,
    pub(in crate::app) clock: Arc<dyn Clock>,
}

/// What the operator's listener serves, if there is one.
pub(in crate::app) struct OperatorOffer {
    pub(in crate::app) state: Data<AppState>,
    pub(in crate::app) tls: Option<Acceptor>,
}
