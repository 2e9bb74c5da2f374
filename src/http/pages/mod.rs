//! Hosted pages: visitors answer a challenge in a browser, below `/c/{key}`, or set up an authenticator app, below
//! `/f/{key}`.
//!
//! Opening a page changes nothing, so programs that follow links in mails do no harm. Every change is a form of the
//! page itself, whose answer redirects to an address that can be opened.

mod asking;
mod assets;
mod brand;
mod content_policy;
mod countdown;
mod factors;
mod flash;
mod form;
mod guard;
mod handlers;
mod notices;
pub(crate) mod routes;
mod sent;
mod template;
mod view;
mod visitor;
mod widget;
