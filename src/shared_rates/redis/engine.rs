//! The engine: asks for a moment, and gives a connection up that has not answered.

use std::time::Instant;

use crate::domain::BoxFuture;
use crate::domain::random::Entropy;
use crate::shared_rates::{NotReached, Question, SharedCounts, Ticket, Verdict};

use super::access::RedisAccess;
use super::keeper;
use super::live::{Live, PATIENCE};

/// Counts in Redis or Valkey.
pub struct RedisCounts(Live);

impl RedisCounts {
    /// Creates counts that are connected by [`SharedCounts::keep_reaching`].
    pub fn new(access: RedisAccess, entropy: &dyn Entropy) -> Self {
        Self(Live::new(access, entropy))
    }

    async fn ask_now(&self, question: Question) -> Result<Verdict, NotReached> {
        let Self(live) = self;
        let (number, mut link) = live.link().ok_or(NotReached)?;
        let begun = Instant::now();
        let asked = live.scripts.ask(&mut link, &question, Ticket(live.draw()));
        let told = tokio::time::timeout(PATIENCE, asked).await;
        metrics::histogram!("otpmint_shared_rates_seconds").record(begun.elapsed());
        let outcome = match &told {
            Ok(Ok(Verdict::Passed { .. })) => "passed",
            Ok(Ok(Verdict::Refused { .. })) => "refused",
            Ok(Err(_)) | Err(_) => "failed",
        };
        metrics::counter!("otpmint_shared_rates_total", "outcome" => outcome).increment(1);
        let problem = match told {
            Ok(Ok(verdict)) => return Ok(verdict),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} ms", PATIENCE.as_millis()),
        };
        live.give_up(number, problem);
        Err(NotReached)
    }
}

impl SharedCounts for RedisCounts {
    fn ask(&self, question: Question) -> BoxFuture<'_, Result<Verdict, NotReached>> {
        Box::pin(self.ask_now(question))
    }

    fn is_reached(&self) -> bool {
        self.0.is_up()
    }

    fn keep_reaching(&self) -> BoxFuture<'_, ()> {
        Box::pin(keeper::run(&self.0))
    }
}
