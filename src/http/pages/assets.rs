//! What the pages load: a style, a script and an icon, compiled in.
//!
//! Their names change with their content, so browsers keep them for good and never mix two versions.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

use super::super::allowing;

/// For a year, and never asked again (RFC 8246).
pub(super) const FOR_GOOD: (&str, &str) = ("Cache-Control", "public, max-age=31536000, immutable");

/// A file of the pages.
pub(in crate::http) struct Asset {
    /// Its path.
    pub(in crate::http) path: String,
    media: &'static str,
    content: &'static str,
}

impl Asset {
    /// A file whose name is made of its content.
    pub(in crate::http) fn new(stem: &str, end: &str, media: &'static str, content: &'static str) -> Self {
        let version = crc32fast::hash(content.as_bytes());
        Self { path: format!("/assets/{stem}-{version:08x}.{end}"), media, content }
    }

    fn answer(&self) -> HttpResponse {
        HttpResponse::Ok().insert_header(FOR_GOOD).content_type(self.media).body(self.content)
    }

    /// Its route.
    pub(in crate::http) fn route(&'static self, config: &mut ServiceConfig) {
        let serve = move || async move { self.answer() };
        config.service(
            web::resource(self.path.as_str())
                .route(web::get().to(serve))
                .route(web::head().to(serve))
                .default_service(allowing("GET, HEAD")),
        );
    }
}

macro_rules! asset {
    ($name:ident, $stem:literal, $end:literal, $media:literal, $($file:literal),+) => {
        pub(in crate::http) static $name: LazyLock<Asset> = LazyLock::new(|| {
            let content = concat!($(include_str!(concat!("../../../templates/", $file))),+);
            Asset::new($stem, $end, $media, content)
        });
    };
}

asset!(STYLE, "page", "css", "text/css; charset=utf-8", "tokens.css", "pages/page.css");
asset!(SCRIPT, "page", "js", "text/javascript; charset=utf-8", "pages/page.js");
asset!(FRAMED, "framed", "js", "text/javascript; charset=utf-8", "pages/framed.js");
asset!(ICON, "icon", "svg", "image/svg+xml", "pages/icon.svg");

/// The routes of the files.
pub(super) fn routes(config: &mut ServiceConfig) {
    for asset in [&STYLE, &SCRIPT, &FRAMED, &ICON] {
        asset.route(config);
    }
}
