//! The interface to what shows the messages of the `log` transport.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::reports::DeliveryReports;
use crate::domain::BoxFuture;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::provider_report::{Fate, ProviderReport, ReportOutcome, ReportedMessage};
use crate::domain::id::TenantId;
use crate::domain::tenants::route::RouteHandle;

/// The pauses before a report is recorded again: it may be faster than the record that its message was taken.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_millis(2_000),
];

/// Shows messages to phones to whoever develops with this server, in place of a provider. Only `otpmint dev`
/// and tests have one.
pub trait Catch: Send + Sync + fmt::Debug {
    /// Takes a message, or does what a provider does instead. It may also answer nothing: the caller waits
    /// no longer than it has time.
    fn catch(&self, message: CaughtMessage) -> BoxFuture<'_, CatchAnswer>;
}

/// A message as its recipient reads or hears it. The code is in it, so there is no `Debug`.
#[derive(Clone)]
pub struct CaughtMessage {
    /// The recipient's number (E.164).
    pub to: String,
    /// The channel.
    pub channel: ChannelKind,
    /// The sender that the recipient sees; may be empty.
    pub from: String,
    /// The text of a text message, the sentences of a call, one to a line, or the code alone where the words
    /// are the provider's.
    pub text: String,
    /// The tag of its language.
    pub language: String,
    /// The code, if the text has it.
    pub code: Option<String>,
    /// Where to report what becomes of it; `None` for a test message.
    pub reports: Option<MessageReports>,
}

/// The answer to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CatchAnswer {
    /// It was taken.
    Taken,
    /// There is no room now: a later try may succeed.
    Busy,
    /// The recipient is refused for good.
    Refused,
}

/// Reports what becomes of one message after it was taken.
#[derive(Clone)]
pub struct MessageReports {
    /// Who records it.
    pub reports: Arc<dyn DeliveryReports>,
    /// The owner of the route.
    pub tenant: TenantId,
    /// The route.
    pub route: RouteHandle,
    /// The identifier under which the message was taken.
    pub id: String,
}

impl MessageReports {
    /// Reports the fate of the message.
    pub async fn report(&self, fate: Fate) -> ReportOutcome {
        let report = ProviderReport {
            route: self.route.clone(),
            message: ReportedMessage::Accepted { tenant: self.tenant, id: self.id.clone() },
            fate,
            code: None,
        };
        for pause in PAUSES {
            match self.reports.record(report.clone()).await {
                ReportOutcome::Unknown => tokio::time::sleep(pause).await,
                outcome => return outcome,
            }
        }
        self.reports.record(report).await
    }
}
