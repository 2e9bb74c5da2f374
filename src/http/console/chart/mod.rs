//! Charts as SVG, drawn on the server: they need no script and no style of their own, so they follow the light or
//! dark page, and a strict content policy permits them.
//!
//! `scale.rs` and `shape.rs` compute the shapes; only `templates/console/chart.html` writes them, so it alone
//! escapes. A table below each chart has its numbers, for readers who cannot see it.

pub(crate) mod figure;
pub(crate) mod model;
pub(crate) mod scale;
pub(crate) mod shape;
#[cfg(test)]
mod tests;
