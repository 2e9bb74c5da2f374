//! Why there is no connection, or no trusted session over it.

use std::io;

/// What kept a connection from being made or secured.
#[derive(Debug)]
pub(in crate::delivery) enum NetError {
    /// The host name has no address.
    HostNotFound(io::Error),
    /// The operator's rule forbids the port or each of the addresses.
    HostNotAllowed,
    /// No connection, or it broke.
    Broken(io::Error),
    /// The time limit passed.
    TimedOut,
    /// The TLS handshake failed for another reason than the network.
    Untrusted(rustls::Error),
}
