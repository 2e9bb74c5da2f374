//! Mails in the format of RFC 5322, before they are prepared for the wire.

use crate::delivery::content::mail_content::ContentError;

/// A mail: header fields and body, sender and recipient. Its lines may end in any way.
pub struct MailMessage {
    /// The sender, as a plain address.
    pub(in crate::delivery) from: String,
    /// The one recipient, as a plain address.
    pub(in crate::delivery) to: String,
    /// Header fields and body.
    pub(in crate::delivery) formatted: Vec<u8>,
}

/// The error for a message that cannot be composed. It cannot occur if all parts were validated on input.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The texts are incomplete.
    #[error("there are no words")]
    Words(#[from] ContentError),
    /// The sender or the recipient is not a mail address.
    #[error("an address is not one")]
    Address(#[from] lettre::address::AddressError),
}
