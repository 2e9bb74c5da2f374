//! The page for Prometheus, on a listener of its own.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};

/// Renders all metrics in the text format of Prometheus.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// `GET /metrics`, rendered by `render`.
pub fn routes(config: &mut ServiceConfig, render: &RenderMetrics) {
    config.app_data(Data::new(Arc::clone(render))).route("/metrics", web::get().to(page));
}

async fn page(render: Data<RenderMetrics>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(render())
}
