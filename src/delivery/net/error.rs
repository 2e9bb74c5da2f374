//! Connection errors.

use std::io;

/// The error for a connection that could not be made or secured.
#[derive(Debug)]
pub(in crate::delivery) enum NetError {
    /// The host name has no address.
    HostNotFound(io::Error),
    /// The operator's rule forbids the port or each of the addresses.
    HostNotAllowed,
    /// The connection could not be made, or it broke.
    Broken(io::Error),
    /// The time limit passed.
    TimedOut,
    /// The TLS handshake failed for a reason other than the network.
    Untrusted(rustls::Error),
}
