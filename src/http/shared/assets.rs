//! Files that pages load, part of the program.
//!
//! Their names change with their content, so browsers keep them for ever and never mix two versions.

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

use super::fallback::allowing;

/// Browsers keep the file for a year and do not revalidate it (RFC 8246).
pub(crate) const FOR_GOOD: (&str, &str) = ("Cache-Control", "public, max-age=31536000, immutable");

/// A file that pages load.
pub(crate) struct Asset {
    pub(crate) path: String,
    media: &'static str,
    content: &'static str,
}

impl Asset {
    /// A file whose name is derived from its content.
    pub(crate) fn new(stem: &str, end: &str, media: &'static str, content: &'static str) -> Self {
        let version = crc32fast::hash(content.as_bytes());
        Self { path: format!("/assets/{stem}-{version:08x}.{end}"), media, content }
    }

    fn answer(&self) -> HttpResponse {
        HttpResponse::Ok().insert_header(FOR_GOOD).content_type(self.media).body(self.content)
    }

    pub(crate) fn route(&'static self, config: &mut ServiceConfig) {
        let serve = move || async move { self.answer() };
        config.service(
            web::resource(self.path.as_str())
                .route(web::get().to(serve))
                .route(web::head().to(serve))
                .default_service(allowing("GET, HEAD")),
        );
    }
}

/// Defines a file that consists of these files in `templates/`.
macro_rules! asset {
    ($(#[$doc:meta])* $name:ident, $stem:literal, $end:literal, $media:literal, $($file:literal),+) => {
        $(#[$doc])*
        pub(crate) static $name: std::sync::LazyLock<$crate::http::shared::assets::Asset> = std::sync::LazyLock::new(|| {
            let content = concat!($(include_str!(concat!("../../../templates/", $file))),+);
            $crate::http::shared::assets::Asset::new($stem, $end, $media, content)
        });
    };
}

pub(crate) use asset;

asset!(
    /// The icon of every page.
    ICON, "icon", "svg", "image/svg+xml", "pages/icon.svg"
);
