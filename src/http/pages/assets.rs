//! Files that the pages load: a style and scripts, part of the program.

use actix_web::web::ServiceConfig;

use crate::http::shared::assets::{ICON, asset};

asset!(STYLE, "page", "css", "text/css; charset=utf-8", "tokens.css", "pages/page.css");

asset!(SCRIPT, "page", "js", "text/javascript; charset=utf-8", "pages/page.js");

asset!(FRAMED, "framed", "js", "text/javascript; charset=utf-8", "pages/framed.js");

pub(crate) fn routes(config: &mut ServiceConfig) {
    for asset in [&STYLE, &SCRIPT, &FRAMED, &ICON] {
        asset.route(config);
    }
}
