//! The tenant's settings for phone numbers, and what the rules against toll fraud have refused.

pub(crate) mod blocks;
pub(crate) mod rules_schema;
pub(crate) mod settings_view;
