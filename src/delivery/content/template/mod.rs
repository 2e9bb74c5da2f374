//! Templates that tenants write: named values and `if`, and nothing else.
//!
//! The syntax is that of minijinja, and its parser reads it. The result is converted to a tree of
//! our own that can represent nothing else (`tree.rs`), and that tree is rendered here. Nothing
//! that a tenant wrote is ever evaluated.

pub(super) mod cleaning;
mod findings;
mod lint;
mod markup;
pub(in crate::delivery) mod rendering;
mod tree;
pub(super) mod values;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests;

pub use rendering::Template;
