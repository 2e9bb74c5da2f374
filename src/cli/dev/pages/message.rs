//! One text, call or chat.

use std::sync::Arc;

use actix_web::{HttpResponse, Result, error, web};
use askama::Template;
use serde::Deserialize;

use super::answer::{page_of, see_other};
use super::desk::Desk;
use super::entry::EntryRow;
use super::medium;
use crate::cli::dev::phones::PhoneMessage;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::provider_report::Fate;
use crate::domain::sms::SmsLength;

#[derive(Template)]
#[template(path = "dev/message.html")]
struct MessagePage<'a> {
    here: &'static str,
    entry: EntryRow<'a>,
    message: &'a PhoneMessage,
    medium: &'static str,
    /// How long it is, or whose words it has.
    about: String,
    reported: &'static str,
    /// The search that finds its deliveries in the log.
    log: String,
}

/// The form that reports what became of a message.
#[derive(Deserialize)]
pub(super) struct ReportForm {
    fate: ReportedFate,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReportedFate {
    Delivered,
    Failed,
}

/// `GET /dev/inbox/messages/{id}`.
pub(super) async fn show(desk: web::Data<Desk>, id: web::Path<u64>) -> Result<HttpResponse> {
    let message = find(&desk, *id)?;
    let page = MessagePage {
        here: "mail",
        entry: EntryRow::of_message(&message),
        medium: medium::label(message.channel()),
        about: about(&message),
        reported: reported(&message),
        log: form_urlencoded::Serializer::new(String::new()).append_pair("q", message.to()).finish(),
        message: &message,
    };
    page_of(page.render())
}

/// `POST /dev/inbox/messages/{id}/report`.
pub(super) async fn report(
    desk: web::Data<Desk>,
    id: web::Path<u64>,
    wanted: web::Form<ReportForm>,
) -> Result<HttpResponse> {
    let message = find(&desk, *id)?;
    let fate = match wanted.fate {
        ReportedFate::Delivered => Fate::Delivered,
        ReportedFate::Failed => Fate::Failed,
    };
    // A report that changes nothing is none of an error: providers repeat themselves, too.
    let _ = desk.phones.report(&message, fate).await;
    Ok(see_other(&format!("/dev/inbox/messages/{id}")))
}

fn find(desk: &Desk, id: u64) -> Result<Arc<PhoneMessage>> {
    let gone = || error::ErrorNotFound("no such message; it may have made room for newer ones");
    desk.phones.message(id).ok_or_else(gone)
}

fn about(message: &PhoneMessage) -> String {
    match (message.length(), message.channel()) {
        (Some(SmsLength { encoding, units, parts }), _) => {
            let parts = if parts == 1 { "one part".to_owned() } else { format!("{parts} parts") };
            format!("{units} of {} units in {}: {parts}.", encoding.one_part(), encoding.as_str())
        }
        (None, ChannelKind::Voice) => "Said by a voice, with a pause after each line.".to_owned(),
        (None, _) => "The code alone: the words around it are the provider's.".to_owned(),
    }
}

fn reported(message: &PhoneMessage) -> &'static str {
    match message.reported() {
        Some(Fate::Delivered) => "reported to have arrived",
        Some(Fate::Failed) => "reported not to have arrived",
        None => "nothing yet",
    }
}
