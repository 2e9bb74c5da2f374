//! Message content: mails, text messages and calls.

mod call_content;
mod code_content;
pub(super) mod composed;
pub mod mail;
pub(super) mod mail_content;
mod message_values;
mod one_part;
mod sms_name;
mod spelled;
mod starter;
pub(super) mod template;
mod test_text;
mod text_content;
mod text_names;
mod unused_template;
mod wording;

pub use call_content::CallContent;
pub use code_content::CodeContent;
pub use composed::{Content, call_content, content_of, text_content};
pub use mail_content::{ContentError, MailContent};
pub use template::{Setting, Template};
pub use test_text::TEST_TEXT;
pub use text_content::TextContent;
