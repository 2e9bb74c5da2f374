//! Templates that tenants write: named values and `if`, and nothing else.
//!
//! The syntax is that of minijinja, and its parser reads it. The result is converted to a tree of
//! our own that can represent nothing else (`tree.rs`), and that tree is rendered here. Nothing
//! that a tenant wrote is ever evaluated.

mod addresses;
pub(super) mod cleaning;
mod extent;
mod findings;
pub(in crate::delivery) mod kind;
mod lint;
mod markup;
mod rendering;
pub(super) mod setting;
pub(super) mod short;
mod short_lint;
mod tree;
pub(super) mod values;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod short_tests;
#[cfg(test)]
mod tests;

pub use kind::Template;
pub use setting::Setting;
