//! Measures how much of a request has been written.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::failure::Written;

/// The end of a head (RFC 9112 §2.1).
const END_OF_HEAD: &[u8; 4] = b"\r\n\r\n";

/// Progress of one request, shared with the stream that it is written to.
#[derive(Clone)]
pub(super) struct Progress {
    /// How many bytes of the body are still to be written.
    body_left: Arc<AtomicU64>,
}

impl Progress {
    /// Creates the progress of a request whose body has this many bytes.
    pub(super) fn new(body: usize) -> Self {
        // One more, which stands for the head.
        Self { body_left: Arc::new(AtomicU64::new(body as u64 + 1)) }
    }

    /// Returns how much has been written.
    pub(super) fn written(&self) -> Written {
        match self.body_left.load(Ordering::Acquire) {
            0 => Written::Whole,
            _ => Written::InPart,
        }
    }

    fn advance(&self, bytes: usize) {
        let rest = self.body_left.load(Ordering::Acquire).saturating_sub(bytes as u64);
        self.body_left.store(rest, Ordering::Release);
    }
}

/// A stream that notes its progress. What the stream has accepted counts as written, although it
/// may not have left yet: an error in this direction never sends a message twice.
pub(super) struct Metered<S> {
    stream: S,
    progress: Progress,
    /// How many bytes of [`END_OF_HEAD`] the last written bytes match; all of them after the head.
    matched: usize,
}

impl<S> Metered<S> {
    /// Notes the progress of the request that is written to `stream`.
    pub(super) fn new(stream: S, progress: Progress) -> Self {
        Self { stream, progress, matched: 0 }
    }

    fn note(&mut self, written: &[u8]) {
        let mut rest = written;
        while self.matched < END_OF_HEAD.len() {
            let Some((byte, others)) = rest.split_first() else { return };
            rest = others;
            self.matched = match (*byte == END_OF_HEAD[self.matched], *byte) {
                (true, _) => self.matched + 1,
                (false, b'\r') => 1,
                (false, _) => 0,
            };
            if self.matched == END_OF_HEAD.len() {
                self.progress.advance(1);
            }
        }
        self.progress.advance(rest.len());
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, buf);
        if let Poll::Ready(Ok(count)) = &done {
            self.note(buf.get(..*count).unwrap_or(buf));
        }
        done
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_with_the_last_byte_of_its_body() {
        let head = b"POST / HTTP/1.1\r\nA: b\r\r\n\r\n".as_slice();
        for (body, pieces) in [("", 1), ("x", 1), ("\r\n\r\n", 3), ("{\"a\":1}", 2), ("abc", 5)] {
            let whole = [head, body.as_bytes()].concat();
            let (last, rest) = whole.split_last().unwrap();
            let progress = Progress::new(body.len());
            let mut metered = Metered::new(tokio::io::empty(), progress.clone());
            rest.chunks(pieces).for_each(|piece| metered.note(piece));
            assert_eq!(progress.written(), Written::InPart, "{body:?}");
            metered.note(&[*last]);
            assert_eq!(progress.written(), Written::Whole, "{body:?}");
        }
    }
}
