//! What the pages of the console load: a style and a script, compiled in.

use actix_web::web::ServiceConfig;

use crate::http::shared::assets::asset;

asset!(
    /// The style: the colours of all pages, and the look of the console.
    STYLE,
    "console",
    "css",
    "text/css; charset=utf-8",
    "tokens.css",
    "console/console.css",
    "console/reports.css"
);
asset!(
    /// What shows a template while it is written.
    SCRIPT,
    "console",
    "js",
    "text/javascript; charset=utf-8",
    "console/console.js"
);

/// The routes of the files.
pub(crate) fn routes(config: &mut ServiceConfig) {
    STYLE.route(config);
    SCRIPT.route(config);
}
