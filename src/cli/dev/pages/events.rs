//! Server-sent events (WHATWG HTML §9.2): `changed` means that a page has new content.
//!
//! They carry nothing else. A notified page reloads itself, with its current search. So nothing is lost
//! between a page and its stream, and a flood of mails costs a slow reader one reload.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::web::Bytes;
use actix_web::{HttpResponse, rt};
use futures_core::Stream;
use tokio::sync::mpsc;
use tokio::time::interval;

use super::changes::Changes;
use super::desk::Desk;

/// By then the server notices a connection that a proxy or a sleeping machine has dropped.
const HEARTBEAT: Duration = Duration::from_secs(15);

const CHANGED: &str = "event: changed\ndata:\n\n";
/// A comment.
const BEAT: &str = ":\n\n";

/// The events from now on. The first comes at once, because the page may have missed earlier changes.
pub(super) fn stream(desk: &Desk) -> HttpResponse {
    let (sender, receiver) = mpsc::channel(1);
    rt::spawn(pump(sender, Changes::of(desk)));
    HttpResponse::Ok().content_type("text/event-stream").streaming(EventStream(receiver))
}

async fn pump(sender: mpsc::Sender<Bytes>, mut changes: Changes) {
    let mut heartbeat = interval(HEARTBEAT);
    let mut news = CHANGED;
    while sender.send(Bytes::from_static(news.as_bytes())).await.is_ok() {
        news = tokio::select! {
            goes_on = changes.next() => {
                if !goes_on {
                    return;
                }
                CHANGED
            }
            _ = heartbeat.tick() => BEAT,
            () = sender.closed() => return,
        };
    }
}

struct EventStream(mpsc::Receiver<Bytes>);

impl Stream for EventStream {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(Ok))
    }
}
