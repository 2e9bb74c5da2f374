//! The words of the program in its languages: one file of `locales/` each.

mod built_in;

pub use built_in::{ALL, BuiltIn, MissingText, best, nearest};
