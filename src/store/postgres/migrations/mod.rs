//! Migrations in phases, so that the nodes of two releases run side by side.
//!
//! A release expands the schema at its start (`at_start`), while nodes of the release before go on. Rows are
//! filled, and what only those nodes used is removed, by whoever keeps house (`later`), the latter when none
//! of them is left. What has run is in `meta` (`state`). One node at a time migrates (`turn`).

mod at_start;
mod later;
pub(super) mod list;
mod nodes;
mod plan;
pub(super) mod state;
mod turn;
mod upkeep;

pub use list::Migrations;

pub(super) use at_start::migrate;
pub(super) use nodes::refuse_older;
pub(super) use plan::{pending, plan};
pub(super) use upkeep::Upkeep;
