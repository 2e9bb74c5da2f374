//! The scripts, each of which is one decision.

use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use redis::{Cmd, ErrorKind, RedisError, ServerErrorKind};

use crate::domain::limits::rate::Rate;
use crate::domain::limits::rule::Window;
use crate::shared_rates::{CountName, Question, Ticket, Verb, Verdict};

use super::link::Link;

/// What the names of all our keys begin with.
const PREFIX: &str = "otpmint:rate:";

/// A script, and the name under which a server remembers it.
pub(super) struct Script {
    source: &'static str,
    sha1: String,
}

/// The scripts of both algorithms.
pub(super) struct Scripts {
    refilling: Script,
    sliding: Script,
}

impl Script {
    fn new(source: &'static str) -> Self {
        // SHA-1 (RFC 3174) is how Redis names scripts; nothing depends on its strength.
        let name = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, source.as_bytes());
        Self { source, sha1: name.as_ref().iter().map(|byte| format!("{byte:02x}")).collect() }
    }

    fn by_name(&self) -> Cmd {
        let mut command = redis::cmd("EVALSHA");
        command.arg(&self.sha1);
        command
    }

    fn in_full(&self) -> Cmd {
        let mut command = redis::cmd("EVAL");
        command.arg(self.source);
        command
    }
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            refilling: Script::new(include_str!("gcra.lua")),
            sliding: Script::new(include_str!("sliding.lua")),
        }
    }

    /// Asks a question over `link`. The event is counted as `event`, if it is.
    pub(super) async fn ask(
        &self,
        link: &mut Link,
        question: &Question,
        event: Ticket,
    ) -> Result<Verdict, RedisError> {
        let script = match question.window {
            Window::Refilling => &self.refilling,
            Window::Sliding => &self.sliding,
        };
        let told = match link.run(&with_arguments(script.by_name(), question, event)).await {
            // After a start, a failover or SCRIPT FLUSH. This also makes the server remember it.
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                link.run(&with_arguments(script.in_full(), question, event)).await
            }
            told => told,
        };
        let (passed, number): (i64, i64) = told?;
        Ok(match passed {
            // In milliseconds, as all moments of the server, and not too short.
            0 => Verdict::Refused {
                retry_after: Duration::from_millis(number.max(1).unsigned_abs().div_ceil(1_000)),
            },
            _ => Verdict::Passed { remaining: u32::try_from(number).unwrap_or_default(), ticket: event },
        })
    }
}

fn with_arguments(mut command: Cmd, question: &Question, event: Ticket) -> Cmd {
    let CountName(name) = question.name;
    let key = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(name));
    let (verb, event) = match question.verb {
        Verb::Count => ("count", event),
        Verb::Check => ("check", event),
        Verb::TakeBack(counted) => ("undo", counted),
    };
    command.arg(1).arg(key);
    match question.window {
        Window::Refilling => {
            let period = micros(question.rate.period());
            command.arg(period).arg(period * u128::from(question.rate.max)).arg(verb);
        }
        Window::Sliding => {
            let Rate { max, per } = question.rate;
            command.arg(max).arg(micros(per)).arg(verb).arg(event.0);
        }
    }
    command
}

/// In whole microseconds, the unit of the scripts: at least one.
fn micros(span: Duration) -> u128 {
    span.as_micros().max(1)
}
