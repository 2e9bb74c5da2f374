//! Files that the pages of the console load: a style and a script, part of the program.

use actix_web::web::ServiceConfig;

use crate::http::shared::assets::asset;

asset!(
    /// The style: the colours of all pages, and the layout of the console.
    STYLE,
    "console",
    "css",
    "text/css; charset=utf-8",
    "tokens.css",
    "console/console.css",
    "console/reports.css"
);
asset!(
    /// The script that previews a template while it is edited.
    SCRIPT,
    "console",
    "js",
    "text/javascript; charset=utf-8",
    "console/console.js"
);

pub(crate) fn routes(config: &mut ServiceConfig) {
    STYLE.route(config);
    SCRIPT.route(config);
}
