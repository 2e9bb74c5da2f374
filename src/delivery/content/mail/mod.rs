//! Mail composition: from content to a mail.

pub(in crate::delivery) mod compose;
mod headers;
pub(in crate::delivery) mod message;
mod mime;
pub(in crate::delivery) mod test_mail;
#[cfg(test)]
mod tests;

pub use compose::compose;
pub use message::{ComposeError, MailMessage};
