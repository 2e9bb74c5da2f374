//! Exports as lines of JSON, which the API and the console send and the shell prints.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Bytes;
use futures_core::Stream;
use serde::Serialize;

use crate::service::{Export, ExportFailed, ExportPart, Services};

/// The media type of lines of JSON.
pub(crate) const NDJSON: &str = "application/x-ndjson";

/// Writes a part of an export. The console is given that of the API, whose shapes the lines have.
#[derive(Clone, Copy)]
pub(crate) struct PartWriter(
    pub(crate) fn(&Services, &Export, ExportPart, &mut Lines) -> Result<(), serde_json::Error>,
);

/// Lines of JSON.
#[derive(Default)]
pub(crate) struct Lines {
    text: Vec<u8>,
    /// How many were written so far.
    pub(crate) count: u64,
}

#[derive(Serialize)]
struct Line<'a, T> {
    r#type: &'static str,
    data: &'a T,
}

impl Lines {
    /// Adds a line of a type.
    pub(crate) fn add(
        &mut self,
        r#type: &'static str,
        data: &impl Serialize,
    ) -> Result<(), serde_json::Error> {
        serde_json::to_writer(&mut self.text, &Line { r#type, data })?;
        self.text.push(b'\n');
        self.count += 1;
        Ok(())
    }
}

/// An export as text.
pub struct ExportText {
    services: Arc<Services>,
    export: Export,
    writer: PartWriter,
    lines: Lines,
}

impl ExportText {
    pub(crate) fn new(services: Arc<Services>, export: Export, writer: PartWriter) -> Self {
        Self { services, export, writer, lines: Lines::default() }
    }

    /// Returns some whole lines; `None` after the last one.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ExportFailed> {
        while self.lines.text.is_empty() {
            let Some(part) = self.export.next().await? else { return Ok(None) };
            (self.writer.0)(&self.services, &self.export, part, &mut self.lines)?;
        }
        Ok(Some(std::mem::take(&mut self.lines.text).into()))
    }

    /// The answer that sends it as a file.
    pub(crate) fn answer(self) -> HttpResponse {
        let file = format!("attachment; filename=\"{}.jsonl\"", self.export.tenant().handle());
        HttpResponse::Ok()
            .content_type(NDJSON)
            .insert_header((CONTENT_DISPOSITION, file))
            .streaming(Sending(Some(Box::pin(step(self)))))
    }
}

/// What is sent: a part is read when the one before was taken.
struct Sending(Option<Pin<Box<dyn Future<Output = Step>>>>);

type Step = (ExportText, Result<Option<Bytes>, ExportFailed>);

async fn step(mut text: ExportText) -> Step {
    let some = text.next().await;
    (text, some)
}

impl Stream for Sending {
    type Item = Result<Bytes, ExportFailed>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(under_way) = &mut self.0 else { return Poll::Ready(None) };
        let (text, some) = ready!(under_way.as_mut().poll(cx));
        let tenant = text.export.tenant().handle().clone();
        self.0 = matches!(some, Ok(Some(_))).then(|| Box::pin(step(text)) as _);
        if let Err(why) = &some {
            // The body ends without its last chunk, so the caller sees that it is cut off.
            tracing::warn!(%tenant, %why, "an export was cut off");
        }
        Poll::Ready(some.transpose())
    }
}
