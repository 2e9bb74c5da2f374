//! Listening sockets.

use std::net::{SocketAddr, TcpListener};

use tokio::net::TcpSocket;

use crate::app::start_error::StartError;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4_096;

/// A listening socket with room for a burst.
pub(super) fn listen(address: &str) -> Result<(TcpListener, SocketAddr), StartError> {
    let bind = || {
        let parsed: SocketAddr = address.parse().map_err(std::io::Error::other)?;
        let socket = if parsed.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // Connections of a former run that the system still remembers do not block the port.
        socket.set_reuseaddr(true)?;
        socket.bind(parsed)?;
        let listener = socket.listen(BACKLOG)?.into_std()?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    bind().map_err(refused(address))
}

/// The error for an address that cannot be listened on.
pub(super) fn refused(address: &str) -> impl FnOnce(std::io::Error) -> StartError {
    move |source| StartError::Listen { address: address.to_owned(), source }
}
