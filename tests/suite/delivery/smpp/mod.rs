//! SMPP, against a message centre of our own that answers well, badly or not at all.

pub mod centre;
mod npm;
mod probing;
mod receipts;
mod refusals;
mod sessions;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use otpmint::delivery::channels::smpp::{SmppChannel, SmppEnvironment, SmppLimits};
use otpmint::delivery::net::Trust;
use otpmint::delivery::{DeliveryReports, LoggedReports, Message, Routing, Sender};
use otpmint::domain::BoxFuture;
use otpmint::domain::address::Address;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::deliveries::provider_report::{Fate, ProviderReport, ReportOutcome, ReportedMessage};
use otpmint::domain::deliveries::report::TryResult;
use otpmint::domain::phone::settings::Countries;
use otpmint::domain::tenants::route::{Route, RouteHandle, Transport};
use otpmint::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};

use crate::delivery::support::{Clear, JANE, ManualClock, message, rule, sender_with};

const NUMBER: &str = "+4915123456789";
const DIGITS: &str = "4915123456789";
const PASSWORD: &str = "hunter22";
const TOTAL: Duration = Duration::from_millis(2_500);

/// Limits short enough that a test can wait for them.
fn short() -> SmppLimits {
    let ms = Duration::from_millis;
    SmppLimits {
        connect: ms(1_000),
        step: ms(500),
        answer: ms(500),
        throttle: (ms(40), ms(200)),
        reconnect: (ms(60), ms(500)),
        rematch: [ms(20), ms(60), ms(120)],
        ..SmppLimits::default()
    }
}

/// A route to a message centre in clear text, with these further settings.
fn route(number: u8, port: u16, more: &str) -> Route {
    let json = format!(
        r#"{{"host":"localhost","port":{port},"system_id":"acme","system_type":"VMA","from":"Acme"{more}}}"#
    );
    let settings = ProviderSettings::Smpp(serde_json::from_str(&json).unwrap());
    let account = ProviderAccount { settings, secret: PASSWORD.to_owned().into(), report_key: None };
    let handle = RouteHandle::parse(&format!("smpp_222222222222222{number}")).unwrap();
    let (name, channels) = (String::new(), vec![ChannelKind::Sms]);
    Route { handle, name, channels, transport: Transport::Provider(account) }
}

const CLEAR: &str = r#","tls":"none""#;

fn sender(routes: Vec<Route>) -> Sender {
    let sender = Arc::into_inner(sender_with(1, routes)).unwrap();
    Sender { countries: Countries::All, ..sender }
}

fn text_to(number: &str) -> Message {
    let recipient = Address::parse(number).unwrap();
    Message { recipient, channel: ChannelKind::Sms, ..message(JANE) }
}

fn channel(limits: SmppLimits, reports: Arc<dyn DeliveryReports>) -> SmppChannel {
    let environment = SmppEnvironment { rule: rule(Clear::Localhost), trust: Trust::system(), reports };
    SmppChannel::new(limits, environment, ManualClock::at_noon())
}

fn routing_over(channel: SmppChannel) -> Routing {
    Routing::new(vec![Arc::new(channel)], TOTAL, Countries::All, ManualClock::at_noon())
}

fn routing(limits: SmppLimits) -> Routing {
    routing_over(channel(limits, Arc::new(LoggedReports)))
}

async fn send(routing: &Routing, sender: &Sender) -> TryResult {
    routing.send(sender, &text_to(NUMBER)).await
}

fn id(result: &TryResult) -> Option<&str> {
    result.tried.as_ref()?.id.as_deref()
}

/// Records reports. Messages are unknown until their ids are.
#[derive(Default)]
struct Recorded {
    reports: Mutex<Vec<(String, Fate)>>,
    unknown: Mutex<usize>,
}

impl Recorded {
    fn all(&self) -> Vec<(String, Fate)> {
        self.reports.lock().unwrap().clone()
    }
}

impl DeliveryReports for Recorded {
    fn record(&self, report: ProviderReport) -> BoxFuture<'_, ReportOutcome> {
        let ReportedMessage::Accepted { id, .. } = report.message else { panic!("by the centre's id") };
        let mut unknown = self.unknown.lock().unwrap();
        let reported = if *unknown > 0 {
            *unknown -= 1;
            ReportOutcome::Unknown
        } else {
            self.reports.lock().unwrap().push((id, report.fate));
            ReportOutcome::Changed
        };
        Box::pin(async move { reported })
    }
}
