//! A connection: it takes requests, and ends when it has had none for too long.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::{Request, Response};
use actix_service::Service;
use actix_web::body::{BoxBody, MessageBody};
use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::super::timeouts::Timeouts;
use super::answer::send;
use super::bounds::MAX_STREAMS;
use super::date::DateHeader;
use super::open::Open;
use super::request::request;

/// Who answers the requests of a connection.
pub(in crate::app::listening) struct Requests<S> {
    /// The handlers.
    pub(in crate::app::listening) app: Rc<S>,
    /// The date of answers.
    pub(in crate::app::listening) date: Rc<DateHeader>,
    /// The other end.
    pub(in crate::app::listening) peer: Option<SocketAddr>,
}

/// A connection. It completes when it has ended.
pub(super) struct Connection<T, S, B> {
    inner: h2::server::Connection<T, Bytes>,
    requests: Requests<S>,
    open: Rc<Open>,
    times: Timeouts,
    pause: Pause,
    /// When it ends, in a pause.
    alarm: Pin<Box<Sleep>>,
    body: PhantomData<B>,
}

/// Whether the connection waits for its client.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// No: there are requests.
    None,
    /// For the next request.
    Between,
    /// For the last bytes to leave.
    Farewell,
}

impl<T, S, B> Connection<T, S, B>
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request> + 'static,
    S::Response: Into<Response<B>>,
    S::Error: Into<Response<BoxBody>>,
    B: MessageBody,
{
    pub(super) fn new(
        inner: h2::server::Connection<T, Bytes>,
        times: Timeouts,
        requests: Requests<S>,
    ) -> Self {
        let alarm = Box::pin(sleep_until(Instant::now() + times.head));
        let (open, pause) = (Rc::default(), Pause::Between);
        Self { inner, requests, open, times, pause, alarm, body: PhantomData }
    }

    /// Takes requests while there is room for them. Ready when the connection has ended.
    fn poll_requests(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.open.count(cx) < MAX_STREAMS {
            match self.inner.poll_accept(cx) {
                Poll::Ready(Some(Ok((sent, respond)))) => self.take(sent, respond),
                Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
        // What goes on must go on, but nothing new begins.
        self.inner.poll_closed(cx).map(|_| ())
    }

    /// Has a request answered, beside others.
    fn take(&mut self, sent: http::Request<RecvStream>, mut respond: SendResponse<Bytes>) {
        self.pause = Pause::None;
        let Ok(request) = request(sent, self.requests.peer) else {
            return respond.send_reset(Reason::PROTOCOL_ERROR);
        };
        let is_head = request.method() == actix_web::http::Method::HEAD;
        let (begun, date) = (self.open.begin(), Rc::clone(&self.requests.date));
        let answer = self.requests.app.call(request);
        let limit = self.times.response;
        tokio::task::spawn_local(async move {
            let _begun = begun;
            let answered = async {
                match answer.await {
                    Ok(answer) => send(answer.into(), is_head, date.now(), respond).await,
                    Err(error) => send(error.into(), is_head, date.now(), respond).await,
                }
            };
            // Dropped before its end, the answer resets the request.
            let _ = timeout(limit, answered).await;
        });
    }

    /// Ends the connection after a pause that is too long, first by saying so. Ready when it has ended.
    fn poll_pause(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.open.count(cx) > 0 {
            return Poll::Pending;
        }
        if self.pause == Pause::None {
            self.pause = Pause::Between;
            self.alarm.as_mut().reset(Instant::now() + self.times.idle);
        }
        while self.alarm.as_mut().poll(cx).is_ready() {
            if self.pause == Pause::Farewell {
                return Poll::Ready(());
            }
            self.pause = Pause::Farewell;
            self.inner.graceful_shutdown();
            self.alarm.as_mut().reset(Instant::now() + self.times.farewell);
            // What was said must be written.
            if self.inner.poll_closed(cx).is_ready() {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }
}

impl<T, S, B> Future for Connection<T, S, B>
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request> + 'static,
    S::Response: Into<Response<B>>,
    S::Error: Into<Response<BoxBody>>,
    B: MessageBody,
{
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        match this.poll_requests(cx) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => this.poll_pause(cx),
        }
    }
}

/// Nothing in it is pinned where it is.
impl<T, S, B> Unpin for Connection<T, S, B> {}
