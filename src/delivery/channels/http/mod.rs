//! Providers over HTTP. A provider is two pure functions, from a message to a request and from an
//! answer to a judgement; one channel runs them over the client.

mod answer;
mod channel;
mod check;
mod composed;
mod exchange;
mod gateway;
mod gateway_judge;
mod judgement;
mod message;
mod outcome;
mod provider;
mod reports;
mod request;
#[cfg(test)]
mod samples;
mod telegram_gateway;
mod twilio;
mod twilio_errors;
mod twiml;
mod whatsapp_cloud;

pub use channel::HttpChannel;
#[cfg(fuzzing)]
pub use provider::fuzz as fuzz_answers;
