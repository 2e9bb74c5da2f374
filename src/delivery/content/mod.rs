//! What messages say, and how that is put into a mail.

pub mod mail;
pub(super) mod mail_content;
pub(super) mod template;
mod wording;

pub use mail_content::{Content, ContentError};
pub use template::Template;
