//! Files that the page of the API loads: a style and a script, part of the program.

use crate::http::shared::assets::asset;

asset!(
    /// The style: the colours of all pages, and the layout of this one.
    STYLE,
    "docs",
    "css",
    "text/css; charset=utf-8",
    "tokens.css",
    "docs/docs.css"
);
asset!(
    /// The script that searches the page and sends what is tried.
    SCRIPT,
    "docs",
    "js",
    "text/javascript; charset=utf-8",
    "docs/docs.js"
);
