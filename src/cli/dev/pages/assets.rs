//! What the pages load: a style, a script and an icon, compiled in.

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

const STYLE: &str = concat!(
    include_str!("../../../../templates/tokens.css"),
    include_str!("../../../../templates/dev/dev.css")
);
const SCRIPT: &str = include_str!("../../../../templates/dev/dev.js");
const ICON: &str = include_str!("../../../../templates/dev/icon.svg");

pub(super) fn routes(config: &mut ServiceConfig) {
    for (path, media, content) in [
        ("/dev.css", "text/css; charset=utf-8", STYLE),
        ("/dev.js", "text/javascript; charset=utf-8", SCRIPT),
        ("/icon.svg", "image/svg+xml", ICON),
    ] {
        let serve = move || async move { HttpResponse::Ok().content_type(media).body(content) };
        config.route(path, web::get().to(serve));
    }
}
