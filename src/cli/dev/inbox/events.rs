//! Mails as they arrive, as server-sent events (WHATWG HTML §9.2): `mail` carries the mail's entry
//! in the list as HTML, `cleared` says that all are gone, `reload` that some were missed.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::web::Bytes;
use actix_web::{HttpResponse, rt};
use futures_core::Stream;
use serde::Deserialize;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;
use tokio::time::interval;

use super::page;
use crate::mail_catcher::{InboxEvent, Mail, MailCatcher, MailId};

/// A connection that a proxy or a sleeping machine has dropped is noticed by then.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Events that wait for a slow reader.
const BACKLOG: usize = 32;

/// Where the stream begins.
#[derive(Deserialize)]
pub(super) struct Start {
    /// The last mail that the page has.
    #[serde(default)]
    after: u64,
}

/// The events from `start` on.
pub(super) fn stream(catcher: &MailCatcher, start: &Start) -> HttpResponse {
    // Subscribed before looking, so that no mail slips in between.
    let events = catcher.subscribe();
    let missed = catcher.mails().into_iter().filter(|mail| mail.id.0 > start.after).collect();
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let pump = Pump { sender, last: MailId(start.after) };
    rt::spawn(async move { pump.run(missed, events).await });
    HttpResponse::Ok().content_type("text/event-stream").streaming(Body(receiver))
}

/// The reader has gone.
struct Gone;

struct Pump {
    sender: mpsc::Sender<Bytes>,
    last: MailId,
}

impl Pump {
    async fn run(mut self, missed: Vec<Arc<Mail>>, mut events: broadcast::Receiver<InboxEvent>) {
        let mut heartbeat = interval(HEARTBEAT);
        for mail in missed {
            if self.send_mail(&mail).await.is_err() {
                return;
            }
        }
        loop {
            let sent = tokio::select! {
                event = events.recv() => match event {
                    Ok(InboxEvent::Received(mail)) => self.send_mail(&mail).await,
                    Ok(InboxEvent::Cleared) => self.send("event: cleared\ndata:\n\n".to_owned()).await,
                    Err(RecvError::Lagged(_)) => self.send("event: reload\ndata:\n\n".to_owned()).await,
                    Err(RecvError::Closed) => Err(Gone),
                },
                _ = heartbeat.tick() => self.send(":\n\n".to_owned()).await,
                () = self.sender.closed() => Err(Gone),
            };
            if sent.is_err() {
                return;
            }
        }
    }

    async fn send_mail(&mut self, mail: &Mail) -> Result<(), Gone> {
        if mail.id <= self.last {
            return Ok(());
        }
        self.last = mail.id;
        let Ok(entry) = page::entry(mail) else { return Ok(()) };
        let data: String = entry.lines().map(|line| format!("data: {line}\n")).collect();
        self.send(format!("id: {}\nevent: mail\n{data}\n", mail.id)).await
    }

    async fn send(&self, event: String) -> Result<(), Gone> {
        self.sender.send(Bytes::from(event)).await.map_err(|_| Gone)
    }
}

struct Body(mpsc::Receiver<Bytes>);

impl Stream for Body {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(Ok))
    }
}
