//! Message content, and its composition into mails.

pub(super) mod composed;
pub mod mail;
pub(super) mod mail_content;
pub(super) mod template;
mod wording;

pub use composed::Content;
pub use mail_content::{ContentError, MailContent};
pub use template::Template;
