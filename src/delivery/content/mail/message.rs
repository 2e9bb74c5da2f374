//! Mails as RFC 5322 has them, before anything is done to them for a wire.

use crate::delivery::content::mail_content::ContentError;

/// A mail: header fields and body, and whom it is from and to. Its lines may end in any way.
pub struct MailMessage {
    /// The sender, a plain address.
    pub(in crate::delivery) from: String,
    /// The one recipient, a plain address.
    pub(in crate::delivery) to: String,
    /// Header fields and body.
    pub(in crate::delivery) formatted: Vec<u8>,
}

/// Why a message cannot be composed. None of it can happen with parts that were parsed at the edge.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// There are no words.
    #[error("there are no words")]
    Words(#[from] ContentError),
    /// The sender or the recipient is no mail address.
    #[error("an address is not one")]
    Address(#[from] lettre::address::AddressError),
}
