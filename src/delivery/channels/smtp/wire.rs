//! The connection below a session: commands out, replies in.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::failure::Cause;
use super::reply::{InvalidReply, MAX_LINE, Reply, ReplyParser};

/// A connection, encrypted or not.
pub(super) enum Stream {
    /// In plaintext: before STARTTLS, or with a server for which the operator allows it.
    Plain(TcpStream),
    /// Encrypted, with the server authenticated.
    Tls(Box<TlsStream<TcpStream>>),
}

/// A stream, with received bytes that are not yet parsed.
pub(super) struct Wire {
    stream: Stream,
    inbox: Vec<u8>,
    /// How many bytes of the inbox are already parsed.
    read: usize,
}

impl Wire {
    /// Creates a wire over a new stream.
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, inbox: Vec::new(), read: 0 }
    }

    /// Sends bytes. Fails if there are unread bytes: a reply that arrived before the command is not
    /// a reply to it.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Cause> {
        if self.has_unread() {
            return Err(Cause::Unasked);
        }
        self.stream.write_all(bytes).await?;
        Ok(self.stream.flush().await?)
    }

    /// Reads the next reply.
    pub(super) async fn reply(&mut self) -> Result<Reply, Cause> {
        let mut parser = ReplyParser::default();
        loop {
            let line = self.line().await?;
            if let Some(reply) = parser.take(line).map_err(Cause::Malformed)? {
                return Ok(reply);
            }
        }
    }

    /// Sends a command and reads the reply to it.
    pub(super) async fn command(&mut self, bytes: &[u8]) -> Result<Reply, Cause> {
        self.send(bytes).await?;
        self.reply().await
    }

    /// Returns whether bytes have arrived that belong to no reply so far.
    pub(super) fn has_unread(&self) -> bool {
        self.read < self.inbox.len()
    }

    /// Returns the underlying connection if it is not encrypted.
    pub(super) fn into_plain(self) -> Option<TcpStream> {
        match self.stream {
            Stream::Plain(tcp) => Some(tcp),
            Stream::Tls(_) => None,
        }
    }

    /// Returns whether the server has neither closed the connection nor sent anything since the
    /// last reply, as far as is known without asking it. This also processes pending TLS records,
    /// such as session tickets.
    pub(super) fn is_quiet(&mut self) -> bool {
        let mut byte = [0];
        let mut buffer = ReadBuf::new(&mut byte);
        let mut context = Context::from_waker(std::task::Waker::noop());
        let read = Pin::new(&mut self.stream).poll_read(&mut context, &mut buffer);
        !self.has_unread() && read.is_pending()
    }

    async fn line(&mut self) -> Result<&[u8], Cause> {
        let end = loop {
            let unread = &self.inbox[self.read..];
            match unread.iter().position(|byte| *byte == b'\n') {
                Some(at) if at < MAX_LINE => break at,
                None if unread.len() < MAX_LINE => self.fill().await?,
                _ => return Err(Cause::Malformed(InvalidReply::LineTooLong)),
            }
        };
        let start = self.read;
        self.read += end + 1;
        let line = &self.inbox[start..start + end];
        Ok(line.strip_suffix(b"\r").unwrap_or(line))
    }

    async fn fill(&mut self) -> Result<(), Cause> {
        self.inbox.drain(..self.read);
        self.read = 0;
        self.inbox.reserve(MAX_LINE);
        match self.stream.read_buf(&mut self.inbox).await? {
            0 => Err(Cause::Broken(io::ErrorKind::UnexpectedEof.into())),
            _ => Ok(()),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}
