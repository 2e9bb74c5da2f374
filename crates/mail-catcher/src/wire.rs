//! Reads and writes the bytes of one connection, in clear or through TLS.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The longest command line, including CRLF: that of AUTH (RFC 4954 §4), which is longer than every other
/// command.
const MAX_LINE: usize = 12_288;
const READ_SIZE: usize = 16 * 1024;
/// RFC 5321 §4.5.3.2.7.
const IDLE_LIMIT: Duration = Duration::from_secs(300);

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// One connection. Output is buffered until input is awaited, so that the replies to pipelined commands leave
/// in one write (RFC 2920 §3.2).
pub(crate) struct Wire {
    stream: Stream,
    incoming: Vec<u8>,
    consumed: usize,
    outgoing: Vec<u8>,
    drip: Option<Duration>,
}

/// A line of input.
pub(crate) enum Line {
    /// Without its line ending.
    Text(String),
    /// Longer than any command may be.
    TooLong,
}

impl Wire {
    /// A plaintext connection that sends one byte per `drip`, if there is one.
    pub(crate) fn new(stream: TcpStream, drip: Option<Duration>) -> Self {
        Self {
            stream: Stream::Plain(stream),
            incoming: Vec::with_capacity(READ_SIZE),
            consumed: 0,
            outgoing: Vec::with_capacity(1024),
            drip,
        }
    }

    /// The same connection after the server's side of a TLS handshake.
    pub(crate) async fn secure(self, acceptor: &TlsAcceptor) -> io::Result<Self> {
        let Stream::Plain(stream) = self.stream else { return Err(io::ErrorKind::Unsupported.into()) };
        let stream = timeout(IDLE_LIMIT, acceptor.accept(stream)).await??;
        Ok(Self { stream: Stream::Tls(Box::new(stream)), ..self })
    }

    /// Whether the connection uses TLS.
    pub(crate) const fn is_secure(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// What has arrived and was not yet consumed.
    pub(crate) fn pending(&self) -> &[u8] {
        &self.incoming[self.consumed..]
    }

    /// Marks `count` of the pending bytes as consumed.
    pub(crate) fn consume(&mut self, count: usize) {
        self.consumed += count;
    }

    /// Sends the buffered output, then awaits more input.
    pub(crate) async fn fill(&mut self) -> io::Result<()> {
        self.flush().await?;
        self.incoming.drain(..self.consumed);
        self.consumed = 0;
        self.incoming.reserve(READ_SIZE);
        let read = async {
            match &mut self.stream {
                Stream::Plain(stream) => stream.read_buf(&mut self.incoming).await,
                Stream::Tls(stream) => stream.read_buf(&mut self.incoming).await,
            }
        };
        match timeout(IDLE_LIMIT, read).await?? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// The next line.
    pub(crate) async fn line(&mut self) -> io::Result<Line> {
        let mut skipping = false;
        loop {
            let pending = self.pending();
            if let Some(end) = pending.iter().position(|b| *b == b'\n') {
                let text = pending[..end].strip_suffix(b"\r").unwrap_or(&pending[..end]);
                let too_long = skipping || end >= MAX_LINE;
                let line =
                    if too_long { Line::TooLong } else { Line::Text(String::from_utf8_lossy(text).into()) };
                self.consume(end + 1);
                return Ok(line);
            }
            if pending.len() > MAX_LINE {
                skipping = true;
                let count = pending.len();
                self.consume(count);
            }
            self.fill().await?;
        }
    }

    /// Adds to the buffered output.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.outgoing.extend_from_slice(bytes);
    }

    /// Sends the buffered output.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        if self.outgoing.is_empty() {
            return Ok(());
        }
        let outgoing = std::mem::take(&mut self.outgoing);
        match self.drip {
            None => self.write(&outgoing).await?,
            Some(interval) => {
                for byte in &outgoing {
                    self.write(std::slice::from_ref(byte)).await?;
                    sleep(interval).await;
                }
            }
        }
        // The buffer is returned, so that a busy connection allocates none per reply.
        self.outgoing = outgoing;
        self.outgoing.clear();
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(bytes).await,
            Stream::Tls(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
        }
    }

    /// Closes gracefully: with close_notify if it uses TLS.
    pub(crate) async fn close(&mut self) -> io::Result<()> {
        self.flush().await?;
        match &mut self.stream {
            Stream::Plain(stream) => stream.shutdown().await,
            Stream::Tls(stream) => stream.shutdown().await,
        }
    }

    /// Makes the end of the connection a TCP RST.
    pub(crate) fn reset(self) -> io::Result<()> {
        match self.stream {
            Stream::Plain(stream) => stream.set_zero_linger(),
            Stream::Tls(stream) => stream.get_ref().0.set_zero_linger(),
        }
    }
}
