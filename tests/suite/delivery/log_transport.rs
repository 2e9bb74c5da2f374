//! The `log` transport, which puts nothing into the log: neither with an inbox nor without one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use otpmint::delivery::channels::log::LogChannel;
use otpmint::delivery::{
    Catch, CatchAnswer, CaughtMessage, Channel, LoggedReports, Message, Routing, Sender,
};
use otpmint::domain::BoxFuture;
use otpmint::domain::address::Address;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::deliveries::delivery::{DeliveryError, TryOutcome};
use otpmint::domain::phone::settings::Countries;
use otpmint::domain::tenants::route::{Route, RouteHandle, Transport};
use otpmint::domain::tenants::transports::log::LogSettings;
use otpmint::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};

use super::log::Log;
use crate::delivery::support::{JANE, ManualClock, message, sender_with};

const NUMBER: &str = "+4915123456789";
const CODE: &str = "012345";

#[derive(Debug, Default)]
struct Phones(Mutex<Vec<String>>);

impl Catch for Phones {
    fn catch(&self, message: CaughtMessage) -> BoxFuture<'_, CatchAnswer> {
        self.0.lock().unwrap().push(message.text);
        Box::pin(async { CatchAnswer::Taken })
    }
}

/// Sends one message over each channel that reaches phones, and returns the outcomes and everything logged.
async fn logged(channels: Vec<Arc<dyn Channel>>) -> (Vec<TryOutcome>, String) {
    let account = ProviderAccount {
        settings: ProviderSettings::Log(LogSettings::default()),
        secret: String::new().into(),
        report_key: None,
    };
    let route = Route {
        handle: RouteHandle::parse("log_2222222222222222").unwrap(),
        name: String::new(),
        channels: ChannelKind::media().filter(|channel| channel.reaches_numbers()).collect(),
        transport: Transport::Provider(account),
    };
    let sender = Arc::into_inner(sender_with(1, vec![route])).unwrap();
    let sender = Sender { countries: Countries::All, ..sender };
    let routing = Routing::new(channels, Duration::from_secs(5), Countries::All, ManualClock::at_noon());
    let log = Log::default();
    let guard = log.keep();
    let mut outcomes = Vec::new();
    for channel in ChannelKind::media().filter(|channel| channel.reaches_numbers()) {
        let message = Message { recipient: Address::parse(NUMBER).unwrap(), channel, ..message(JANE) };
        outcomes.push(routing.send(&sender, &message).await.outcome);
    }
    drop(guard);
    (outcomes, log.text())
}

#[tokio::test]
async fn a_server_without_an_inbox_sends_nothing_and_logs_no_code() {
    let (outcomes, text) = logged(Vec::new()).await;
    assert_eq!(outcomes, [TryOutcome::Refused(DeliveryError::NoRoute); 4]);
    assert!(text.contains("no channel is set up"), "{text}");
    assert!(!text.contains(CODE) && !text.contains(NUMBER) && !text.contains("0, 1, 2"), "{text}");
}

#[tokio::test]
async fn a_server_with_an_inbox_logs_no_code_either() {
    let phones = Arc::new(Phones::default());
    let channel = LogChannel::new(phones.clone(), Arc::new(LoggedReports));
    let (outcomes, text) = logged(vec![Arc::new(channel)]).await;
    assert_eq!(outcomes, [TryOutcome::Accepted; 4]);
    let read = phones.0.lock().unwrap().clone();
    assert_eq!(read.iter().filter(|read| read.replace(", ", "").contains(CODE)).count(), 4, "{read:?}");
    assert!(text.contains("a message went to the inbox"), "{text}");
    assert!(!text.contains(CODE) && !text.contains(NUMBER) && !text.contains("0, 1, 2"), "{text}");
}
