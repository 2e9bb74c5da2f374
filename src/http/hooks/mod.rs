//! The addresses at which identity servers have their codes delivered: `/hooks/{product}/{tenant}`.

mod answers;
mod asked;
mod handler;
mod products;
mod proof;
pub(super) mod routes;
