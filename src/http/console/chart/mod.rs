//! Charts as SVG, drawn here: no script and no style of their own, so they follow the page in light and
//! dark, and a strict policy lets them through.
//!
//! The shapes are computed (`scale.rs`, `shape.rs`) and `templates/console/chart.html` writes them down, so
//! that it alone escapes. Below each chart are its numbers as a table: nobody needs to see it to read it.

pub(crate) mod figure;
pub(crate) mod model;
pub(crate) mod scale;
pub(crate) mod shape;
#[cfg(test)]
mod tests;
