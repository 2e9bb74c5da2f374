//! Hosted pages: a challenge is answered in a browser, below `/c/{key}`.
//!
//! Looking changes nothing: whatever follows links in mails does no harm. What changes something is a
//! form of the page itself, and its answer leads to an address to look at.

mod assets;
mod brand;
mod content_policy;
mod countdown;
mod flash;
mod form;
mod guard;
mod handlers;
pub(crate) mod routes;
mod view;
mod visitor;
mod widget;
