//! The default settings.

/// The commented default file.
pub const DEFAULT: &str = include_str!("../../config/default.toml");
