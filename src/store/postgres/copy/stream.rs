//! The streams of COPY, in pieces.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_sink::Sink;
use tokio_postgres::{CopyInSink, CopyOutStream};

use crate::store::copy::{END, HEADER, Problem};

use super::line::Line;

/// How many bytes are sent, or taken, at once.
const PIECE: usize = 64 * 1_024;

/// What the server sends.
pub(super) struct Outgoing {
    stream: Pin<Box<CopyOutStream>>,
    has_ended: bool,
}

impl Outgoing {
    /// Begins with a statement.
    pub(super) fn begin(line: &Line, sql: &str) -> Result<Self, Problem> {
        let stream = line.wait(line.session.wire.client.copy_out(sql))?;
        Ok(Self { stream: Box::pin(stream), has_ended: false })
    }

    /// Returns what has arrived; nothing at the end.
    pub(super) fn next(&mut self, line: &Line) -> Result<Vec<Bytes>, Problem> {
        if self.has_ended {
            return Ok(Vec::new());
        }
        let (mut pieces, mut length) = (Vec::new(), 0);
        let (stream, has_ended) = (&mut self.stream, &mut self.has_ended);
        let arrived = line.wait(poll_fn(move |context| {
            while length < PIECE {
                match stream.as_mut().poll_next(context)? {
                    Poll::Ready(Some(piece)) => {
                        length += piece.len();
                        pieces.push(piece);
                    }
                    Poll::Pending if pieces.is_empty() => return Poll::Pending,
                    Poll::Pending => break,
                    Poll::Ready(None) => {
                        *has_ended = true;
                        break;
                    }
                }
            }
            Poll::Ready(Ok(std::mem::take(&mut pieces)))
        }));
        Ok(arrived?)
    }
}

/// What the server takes.
pub(super) struct Incoming {
    sink: Pin<Box<CopyInSink<Bytes>>>,
    piece: BytesMut,
}

impl Incoming {
    /// Begins with a statement.
    pub(super) fn begin(line: &Line, sql: &str) -> Result<Self, Problem> {
        let sink = line.wait(line.session.wire.client.copy_in(sql))?;
        Ok(Self { sink: Box::pin(sink), piece: BytesMut::from(HEADER) })
    }

    /// Sends a row.
    pub(super) fn take(&mut self, line: &Line, tuple: &[u8]) -> Result<(), Problem> {
        self.piece.extend_from_slice(tuple);
        if self.piece.len() < PIECE { Ok(()) } else { self.send(line) }
    }

    /// Ends it.
    pub(super) fn finish(mut self, line: &Line) -> Result<(), Problem> {
        self.piece.extend_from_slice(&END);
        self.send(line)?;
        line.wait(self.sink.as_mut().finish())?;
        Ok(())
    }

    fn send(&mut self, line: &Line) -> Result<(), Problem> {
        let (sink, mut piece) = (&mut self.sink, Some(self.piece.split().freeze()));
        let sent = line.wait(poll_fn(|context| {
            ready!(sink.as_mut().poll_ready(context))?;
            Poll::Ready(piece.take().map_or(Ok(()), |piece| sink.as_mut().start_send(piece)))
        }));
        // Of a statement that was refused only the end tells why.
        Ok(sent.map_err(|failed| line.wait(self.sink.as_mut().finish()).err().unwrap_or(failed))?)
    }
}
