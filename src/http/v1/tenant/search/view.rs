//! What was sent to one recipient, in answers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::history::Try;
use crate::domain::deliveries::search::{FoundChallenge, FoundMessage};
use crate::domain::id;
use crate::domain::time::Timestamp;
use crate::service::{RecipientReport, Services};

use crate::http::shared::description::examples;
use crate::http::shared::description::named_words::Channel;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::words::{RouteId, ShareableKey};
use crate::http::v1::challenges::view::ChallengeView;

use super::body::cursor_text;
use super::standing_view::StandingView;

/// What was sent to one recipient, newest first, and what the limits say of it.
#[derive(Serialize, ToSchema)]
#[schema(as = RecipientHistory)]
pub(crate) struct SearchView {
    /// The recipient, masked.
    #[schema(max_length = 254)]
    to: String,
    /// What the limits say of the recipient at present; null where limits are switched off.
    #[schema(required)]
    limits: Option<StandingView>,
    /// The challenges and relayed messages, newest first.
    #[schema(max_items = 50)]
    data: Vec<FoundChallengeView>,
    /// The `cursor` of the next page; null on the last page.
    #[schema(required, max_length = 11, pattern = "^[A-Za-z0-9_-]{11}$")]
    next: Option<String>,
}

/// A challenge of the recipient, or a message that was relayed to it.
#[derive(Serialize, ToSchema)]
#[schema(as = FoundChallenge)]
pub(crate) struct FoundChallengeView {
    /// The shareable key of the challenge, or the id of the relayed message.
    #[schema(value_type = ShareableKey)]
    key: String,
    /// Whether it is a relayed message.
    relayed: bool,
    /// What the code was for.
    purpose: Purpose,
    /// When it was minted or relayed.
    created_at: Timestamp,
    /// The challenge; null for a relayed message, and when the challenge is deleted, some time after its end.
    #[schema(required)]
    challenge: Option<ChallengeView>,
    /// The messages to this recipient, in their order; none if the tenant has delivered the code itself.
    #[schema(max_items = 10)]
    messages: Vec<FoundMessageView>,
}

/// A message, and what became of it.
#[derive(Serialize, ToSchema)]
#[schema(as = FoundMessage)]
pub(crate) struct FoundMessageView {
    #[schema(value_type = Channel)]
    channel: &'static str,
    /// The recipient, masked.
    #[schema(required, max_length = 254)]
    to: Option<String>,
    /// The last route that was tried; null until one was.
    #[schema(required, value_type = Option<RouteId>)]
    route: Option<String>,
    #[schema(value_type = DeliveryStatus)]
    status: &'static str,
    /// When the code was minted or sent again.
    queued_at: Timestamp,
    /// When it was sent, failed or was reported to have arrived; null while it is queued.
    #[schema(required)]
    at: Option<Timestamp>,
    /// The reason of the failure; null if it did not fail.
    #[schema(required, value_type = Option<DeliveryError>)]
    error: Option<&'static str>,
    /// The channel's own word for the failure, where it has a finer one.
    #[schema(required, max_length = 64)]
    reason: Option<String>,
    /// The class of what the server or provider answered last, such as `5xx`.
    #[schema(required, max_length = 3, pattern = "^[1-5]xx$")]
    reply: Option<String>,
    /// The enhanced status that came with it, such as `5.1.1`, or the provider's own number.
    #[schema(required, max_length = 11, pattern = "^[0-9.]+$")]
    reply_status: Option<String>,
    /// The tries that failed before, oldest first.
    #[schema(max_items = 100)]
    failed_tries: Vec<TryView>,
    /// When it is tried again; null unless it waits for that.
    #[schema(required)]
    next_try_at: Option<Timestamp>,
}

/// A try that failed.
#[derive(Serialize, ToSchema)]
#[schema(as = FailedTry)]
pub(crate) struct TryView {
    /// When it failed.
    at: Timestamp,
    /// The reason of the failure; null if it did not fail.
    #[schema(required, value_type = Option<DeliveryError>)]
    error: Option<&'static str>,
}

impl SearchView {
    pub(crate) fn of(services: &Services, report: &RecipientReport) -> Self {
        Self {
            to: report.to.clone(),
            limits: report.standing.as_ref().map(StandingView::of),
            data: report.page.rows.iter().map(|row| FoundChallengeView::of(services, row)).collect(),
            next: report.page.next.map(cursor_text),
        }
    }
}

impl FoundChallengeView {
    fn of(services: &Services, found: &FoundChallenge) -> Self {
        Self {
            key: services.challenges.shareable_key(found.id).as_str().to_owned(),
            relayed: found.id.is_relayed(),
            purpose: found.purpose.clone(),
            created_at: id::moment(found.id.0),
            challenge: found.challenge.as_ref().map(|challenge| ChallengeView::of(services, challenge)),
            messages: found.messages.iter().map(FoundMessageView::of).collect(),
        }
    }
}

impl FoundMessageView {
    fn of(message: &FoundMessage) -> Self {
        Self {
            channel: message.channel.as_str(),
            to: message.to.clone(),
            route: message.route.as_ref().map(|route| route.as_str().to_owned()),
            status: message.status.as_str(),
            queued_at: message.queued_at,
            at: message.at,
            error: message.error.map(DeliveryError::as_str),
            reason: message.reason.clone(),
            reply: message.reply.clone(),
            reply_status: message.reply_status.clone(),
            failed_tries: message.failed_tries.iter().map(TryView::of).collect(),
            next_try_at: message.next_try_at,
        }
    }
}

impl TryView {
    fn of(tried: &Try) -> Self {
        Self { at: tried.at, error: tried.failed.map(DeliveryError::as_str) }
    }
}

impl Example for SearchView {
    fn example() -> Self {
        Self {
            to: "j***@e***.com".to_owned(),
            limits: Some(StandingView::example()),
            data: vec![FoundChallengeView::example()],
            next: Some("GZ8pQkAAAAA".to_owned()),
        }
    }
}

impl Example for FoundChallengeView {
    fn example() -> Self {
        Self {
            key: examples::CHALLENGE.to_owned(),
            relayed: false,
            purpose: Purpose::LOGIN,
            created_at: examples::at("08:30:00"),
            challenge: None,
            messages: vec![FoundMessageView::example()],
        }
    }
}

impl Example for FoundMessageView {
    fn example() -> Self {
        Self {
            channel: "email",
            to: Some("j***@e***.com".to_owned()),
            route: Some("smtp_4hq7k2m9x3c8v5bn".to_owned()),
            status: "failed",
            queued_at: examples::at("08:30:00"),
            at: Some(examples::at("08:30:07")),
            error: Some("recipient_refused"),
            reason: None,
            reply: Some("5xx".to_owned()),
            reply_status: Some("5.1.1".to_owned()),
            failed_tries: vec![TryView { at: examples::at("08:30:02"), error: Some("timed_out") }],
            next_try_at: None,
        }
    }
}
