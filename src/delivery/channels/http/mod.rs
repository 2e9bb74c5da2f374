//! Providers over HTTP. A provider is two pure functions, from a message to a request and from an
//! answer to a judgement; one channel runs them over the client.

mod answer;
mod gateway;
mod gateway_judge;
mod judgement;
mod message;
mod provider;
mod request;
#[cfg(test)]
mod samples;
mod telegram_gateway;
mod twilio;
mod twilio_errors;
mod twiml;
mod whatsapp_cloud;

pub use answer::Answer;
pub use judgement::{Judged, Judgement};
pub use message::{CodeMedium, ProviderMessage, Said, Unfit};
pub use provider::{judge, judge_login, login, request};
pub use request::ProviderRequest;
