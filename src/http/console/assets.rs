//! What the pages of the console load: a style and a script, compiled in.

use std::sync::LazyLock;

use actix_web::web::ServiceConfig;

use super::super::pages::assets::Asset;

/// The style: the colours of all pages, and the look of the console.
pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let content = concat!(
        include_str!("../../../templates/tokens.css"),
        include_str!("../../../templates/console/console.css"),
        include_str!("../../../templates/console/reports.css")
    );
    Asset::new("console", "css", "text/css; charset=utf-8", content)
});

/// What shows a template while it is written.
pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("../../../templates/console/console.js");
    Asset::new("console", "js", "text/javascript; charset=utf-8", content)
});

/// The routes of the files.
pub(super) fn routes(config: &mut ServiceConfig) {
    STYLE.route(config);
    SCRIPT.route(config);
}
