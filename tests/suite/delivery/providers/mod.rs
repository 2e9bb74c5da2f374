//! Providers over HTTP, against a server of our own that answers well, badly or not at all.

mod fates;
mod once_more;
pub mod server;

use std::sync::Arc;
use std::time::Duration;

use otpmint::delivery::channels::http::HttpChannel;
use otpmint::delivery::net::Trust;
use otpmint::delivery::net::http::HttpClient;
use otpmint::delivery::{Channel, Message, Routing, Sender};
use otpmint::domain::address::Address;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::phone::settings::Countries;
use otpmint::domain::tenants::route::{Route, RouteHandle, Transport};
use otpmint::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};

use self::server::{Provider, Reply};
use crate::delivery::support::{Clear, JANE, ManualClock, message, rule, sender_with};

const NUMBER: &str = "+4915123456789";
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

/// What Twilio says of a text that it took.
fn taken(id: &str) -> Reply {
    Reply::Json(201, format!(r#"{{"sid":"{id}","status":"queued","error_code":null}}"#))
}

fn twilio(number: u8, provider: &Provider) -> Route {
    let port = provider.port;
    let json =
        format!(r#"{{"account_sid":"{ACCOUNT}","from":"Acme","base_url":"https://localhost:{port}"}}"#);
    let settings = ProviderSettings::Twilio(serde_json::from_str(&json).unwrap());
    let account =
        ProviderAccount { settings, secret: "hunter22-hunter22".to_owned().into(), report_key: None };
    let handle = RouteHandle::parse(&format!("twilio_222222222222222{number}")).unwrap();
    let (name, channels) = (String::new(), vec![ChannelKind::Sms]);
    Route { handle, name, channels, transport: Transport::Provider(account) }
}

/// Routing that trusts these servers; a message may take `total`.
fn routing(providers: &[&Provider], total: Duration, clock: Arc<ManualClock>) -> Routing {
    let pem: Vec<_> = providers.iter().map(|provider| provider.ca_pem.as_str()).collect();
    let trust = Trust::with_authorities(pem.join("\n").as_bytes()).unwrap();
    let client = Arc::new(HttpClient::new(rule(Clear::Nobody), trust));
    let channels = HttpChannel::KINDS.map(|kind| -> Arc<dyn Channel> {
        Arc::new(HttpChannel::new(kind, Arc::clone(&client), clock.clone()))
    });
    Routing::new(channels.into(), total, Countries::All, clock)
}

/// A tenant with a route to each of them, in this order.
fn sender(tenant: i64, providers: &[&Provider]) -> Arc<Sender> {
    let routes = (2..).zip(providers).map(|(number, provider)| twilio(number, provider));
    let sender = sender_with(tenant, routes.collect());
    Arc::new(Sender { countries: Countries::All, ..Arc::into_inner(sender).unwrap() })
}

fn text() -> Message {
    let recipient = Address::parse(NUMBER).unwrap();
    Message { recipient, channel: ChannelKind::Sms, ..message(JANE) }
}
