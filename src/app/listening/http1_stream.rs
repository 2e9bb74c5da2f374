//! The stream below HTTP/1: it cuts a connection on which nothing has been answered for too long, and spoils heads whose
//! lines end in one byte.
//!
//! The HTTP layer limits the time of the first request head, of each body that is read, and of the pause
//! between two requests. It waits without limit for a later head that trickles in, or for the rest of a
//! chunked body after its answer; so a client could keep any number of connections by sending a byte now and
//! then. Only an answer counts here, and each needs a whole request. Over TLS this lies above it: what TLS itself sends
//! is no answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::head_lines::HeadLines;

/// A stream on which something must be written in time.
pub(super) struct Http1Stream<S> {
    stream: S,
    limit: Duration,
    /// The last moment for the next answer.
    deadline: Instant,
    /// What was read so far.
    heads: HeadLines,
    /// Wakes the reader, at the deadline or before it.
    alarm: Pin<Box<Sleep>>,
}

impl<S> Http1Stream<S> {
    /// `limit` is the longest time from one answer to the next.
    pub(super) fn new(stream: S, limit: Duration) -> Self {
        let deadline = Instant::now() + limit;
        Self { stream, limit, deadline, heads: HeadLines::default(), alarm: Box::pin(sleep_until(deadline)) }
    }

    /// An error once the deadline has passed; until then the task is woken when it does.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while self.alarm.as_mut().poll(cx).is_ready() {
            if Instant::now() >= self.deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
            // Set again only when it fires: far more rarely than answers are written.
            self.alarm.as_mut().reset(self.deadline);
        }
        Ok(())
    }

    fn wrote(&mut self, done: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match done {
            Poll::Ready(Ok(count)) if count > 0 => self.deadline = Instant::now() + self.limit,
            // A client that does not read its answers is treated alike.
            Poll::Pending => self.check(cx)?,
            Poll::Ready(_) => {}
        }
        done
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Http1Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(cx)?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.heads.watch(&mut buffer.filled_mut()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Http1Stream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(done, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.wrote(done, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
