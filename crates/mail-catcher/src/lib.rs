//! An SMTP server that stores what it receives and delivers nothing, for development, tests and benchmarks.
//!
//! It speaks SMTP (RFC 5321 with PIPELINING, 8BITMIME, SIZE, STARTTLS and AUTH) on a loopback port, with a
//! certificate from its own CA. [`MailCatcher::set_faults`] makes connections fail, and
//! [`MailCatcher::set_trouble`] single mails.
#![forbid(unsafe_code)]

mod auth;
mod catcher;
mod certificate;
mod code;
mod code_finder;
mod command;
mod data;
mod error;
mod fault;
mod faulty;
mod listener;
mod mail;
mod mailbox;
mod options;
mod parsed;
mod script;
mod session;
mod shared;
mod token_auth;
mod transaction;
mod transcript;
mod trouble;
mod wire;

pub use catcher::MailCatcher;
pub use code_finder::{Evidence, Found};
pub use error::{NoMail, StartError};
pub use fault::{Fault, Injection, ScriptedFault, Stage, When};
pub use mail::{Mail, MailId, Session, Transport};
pub use mailbox::InboxEvent;
pub use options::{AccessTokens, CertificateKind, Credentials, Keep, Options, TlsMode};
pub use trouble::{Fate, Lasts, Trouble, Witness};
