//! The connection below a session: PDUs out, PDUs in.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf};
use zeroize::Zeroizing;

use super::failure::Cause;
use super::pdu::Pdu;

/// How many octets are read at once.
const READ: usize = 4 * 1024;

/// A connection, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection whose sides are used by different tasks.
pub(super) struct Wire {
    pub(super) incoming: Incoming,
    pub(super) outgoing: Outgoing,
}

/// The side from which PDUs are read.
pub(super) struct Incoming {
    stream: ReadHalf<Box<dyn Stream>>,
    inbox: Vec<u8>,
}

/// The side to which PDUs are written.
pub(super) struct Outgoing(WriteHalf<Box<dyn Stream>>);

impl Wire {
    /// Creates a wire over a new stream.
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        let (incoming, outgoing) = tokio::io::split(stream);
        Self { incoming: Incoming { stream: incoming, inbox: Vec::new() }, outgoing: Outgoing(outgoing) }
    }
}

impl Incoming {
    /// Reads the next PDU. What was read of it is kept if this is dropped.
    pub(super) async fn next(&mut self) -> Result<Pdu, Cause> {
        loop {
            if let Some(pdu) = Pdu::take(&mut self.inbox)? {
                return Ok(pdu);
            }
            self.inbox.reserve(READ);
            if self.stream.read_buf(&mut self.inbox).await? == 0 {
                return Err(Cause::Broken(io::ErrorKind::UnexpectedEof));
            }
        }
    }
}

impl Outgoing {
    /// Writes a PDU.
    pub(super) async fn write(&mut self, octets: &Zeroizing<Vec<u8>>) -> io::Result<()> {
        self.0.write_all(octets).await?;
        self.0.flush().await
    }

    /// Closes the connection.
    pub(super) async fn close(mut self) {
        // It is closed either way.
        let _ = self.0.shutdown().await;
    }
}
