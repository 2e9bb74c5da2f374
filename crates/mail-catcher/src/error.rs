//! Errors outside a session.

/// Why a mail catcher did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken.
    #[error("the mail catcher cannot listen on its port")]
    Listen(#[from] std::io::Error),
    /// The certificate could not be generated.
    #[error("the mail catcher cannot make its certificate")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library rejects the certificate.
    #[error("the mail catcher cannot set up TLS")]
    Tls(#[from] rustls::Error),
}

/// An expected mail did not arrive within ten seconds.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no mail to {recipient} within ten seconds")]
pub struct NoMail {
    /// The expected recipient.
    pub recipient: String,
}
