//! Message content: mails, text messages and calls.

mod call_content;
pub(super) mod composed;
pub mod mail;
pub(super) mod mail_content;
mod sms_name;
pub(super) mod template;
mod text_content;
mod text_names;
mod wording;

pub use call_content::CallContent;
pub use composed::Content;
pub use mail_content::{ContentError, MailContent};
pub use template::Template;
pub use text_content::TextContent;
