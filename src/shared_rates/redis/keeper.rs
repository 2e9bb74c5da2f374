//! The keeper: connects again whenever a connection was given up, beside the requests.

use std::time::Duration;

use crate::domain::limits::rate::Rate;
use crate::domain::limits::redis_url::RedisLayout;
use crate::domain::limits::rule::Window;
use crate::shared_rates::{CountName, Question, Ticket, Verb};

use super::access::Unreachable;
use super::link::Link;
use super::live::{Live, PATIENCE};
use super::opening;

/// How long a server is left alone that has not answered.
const PAUSE: Duration = Duration::from_secs(1);

/// The time for a question that nobody waits for.
const TRIAL_LIMIT: Duration = Duration::from_millis(250);

/// The time to connect: a few Sentinels or servers of a Cluster may be gone.
const OPEN_LIMIT: Duration = Duration::from_secs(3);

/// The counts that are tried in a Cluster before it is relied on. They lie on all of its servers, nearly always.
const CLUSTER_TRIALS: u8 = 16;

/// Connects whenever there is no connection, until this is dropped.
pub(super) async fn run(live: &Live) {
    let mut was_reached = None;
    loop {
        match open(live).await {
            Ok(link) => {
                live.take_up(link.clone());
                tell(&mut was_reached, Ok(()));
                tell(&mut was_reached, Err(watch(live, link).await));
            }
            Err(problem) => tell(&mut was_reached, Err(problem.to_string())),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Opens a connection, and tries it as it will be used.
async fn open(live: &Live) -> Result<Link, Unreachable> {
    let opened = tokio::time::timeout(OPEN_LIMIT, opening::open(&live.access));
    let mut link = opened.await.map_err(|_| Unreachable::Slow)??;
    // The first time the servers may still have to learn the script.
    try_out(live, &mut link, TRIAL_LIMIT).await?;
    try_out(live, &mut link, PATIENCE).await?;
    Ok(link)
}

/// Waits until a connection is of no use any more, and returns the reason. It is also tried now and
/// then, because a server that nobody asks anything for a while would be missed by nobody.
async fn watch(live: &Live, mut link: Link) -> String {
    loop {
        tokio::select! {
            problem = live.until_given_up() => return problem,
            () = tokio::time::sleep(PAUSE) => {}
        }
        if let Err(problem) = try_out(live, &mut link, TRIAL_LIMIT).await
            && live.put_down()
        {
            return problem.to_string();
        }
    }
}

/// Asks the servers of `link`, with a time limit for each question.
async fn try_out(live: &Live, link: &mut Link, limit: Duration) -> Result<(), Unreachable> {
    let trials = match live.access.url.layout {
        RedisLayout::Single(_) | RedisLayout::Sentinel(..) => 1,
        RedisLayout::Cluster(_) => CLUSTER_TRIALS,
    };
    for number in 0..trials {
        let mut name = *b"otpmint trial \0\0";
        name[15] = number;
        let rate = Rate { max: 1, per: Duration::from_secs(1) };
        let question = Question { name: CountName(name), rate, window: Window::Refilling, verb: Verb::Count };
        let asked = live.scripts.ask(link, &question, Ticket(live.draw()));
        tokio::time::timeout(limit, asked).await.map_err(|_| Unreachable::Slow)??;
    }
    Ok(())
}

/// Says in the log and in the metrics whether the server is reached, when that has changed.
fn tell(was_reached: &mut Option<bool>, now: Result<(), String>) {
    metrics::gauge!("otpmint_shared_rates_up").set(f64::from(u8::from(now.is_ok())));
    if was_reached.replace(now.is_ok()) == Some(now.is_ok()) {
        return;
    }
    match now {
        Ok(()) => tracing::info!("request rates are counted over all nodes, in Redis"),
        Err(problem) => tracing::warn!(
            problem,
            "Redis is not reached: each node takes its share of the request rates until it is back"
        ),
    }
}
