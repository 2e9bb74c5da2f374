//! `otpmint-bench neighbour`: what one tenant's texts lose beside a tenant whose provider hangs.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use super::report::{Report, Round};
use crate::load::flood::{Flood, Mint};
use crate::load::pace::Pace;
use crate::load::percentiles::Latency;
use crate::output::write_json;
use crate::providers::gateway::{Answering, Gateway};
use crate::rig::setup::UNGUARDED;
use crate::rig::stand::{Stand, StandOptions};

/// Texts per second of the measured tenant.
const RATE: u32 = 50;

/// Its connections: each waits until its text is accepted.
const CONNECTIONS: usize = 8;

/// Texts per second of its neighbour: more than can be under way if none is answered.
const NEIGHBOUR_RATE: u32 = 100;

/// How long the neighbour sends before the other one is measured beside it, so that all its places are taken.
const LEAD: Duration = Duration::from_secs(3);

const HELP: &str = "\
Tenants send texts to providers over HTTP. One provider accepts each message at once; the other reads
it and never answers. One tenant mints 50 codes a second, and each answer waits until its text is
accepted. That is measured in turn alone, beside a tenant that mints 100 a second with the provider
that answers, and beside one that does so with the provider that hangs.";

/// Measure a tenant beside one whose provider hangs.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Neighbour {
    /// How long each part of a round is measured, in seconds.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Rounds; the median counts.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    #[command(flatten)]
    stand: StandOptions,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<std::path::PathBuf>,
}

impl Neighbour {
    pub(crate) async fn measure(&self) -> Result<()> {
        let stand = Stand::start_with(&self.stand, 1, UNGUARDED).await?;
        let (good, bad) = (Gateway::start(Answering::AtOnce).await?, Gateway::start(Answering::Never).await?);
        let measured = texting(&stand, &good, Mint::TextAccepted).await?;
        let answered = texting(&stand, &good, Mint::Text).await?;
        let hanging = texting(&stand, &bad, Mint::Text).await?;
        let mut report = Report::default();
        for round in 1..=self.rounds {
            eprintln!("round {round} of {} …", self.rounds);
            let alone = self.listen(&measured).await?;
            let beside_answered = self.beside(&answered, &measured).await?;
            let beside_hanging = self.beside(&hanging, &measured).await?;
            report.add(Round { alone, beside_answered, beside_hanging });
        }
        println!("{}", report.table());
        write_json(self.json.as_deref(), &report)
    }

    /// Measures a tenant while its neighbour sends too.
    async fn beside(&self, neighbour: &Arc<Flood>, measured: &Arc<Flood>) -> Result<Latency> {
        let time = LEAD + Duration::from_secs(self.seconds);
        let listening = async {
            tokio::time::sleep(LEAD).await;
            self.listen(measured).await
        };
        let pace = Pace::PerSecond(NEIGHBOUR_RATE);
        let (sent, latency) = tokio::join!(neighbour.run(CONNECTIONS, pace, time), listening);
        sent?;
        latency
    }

    /// Measures a tenant. A text that is not accepted is an error.
    async fn listen(&self, tenant: &Arc<Flood>) -> Result<Latency> {
        let time = Duration::from_secs(self.seconds);
        let tally = tenant.run(CONNECTIONS, Pace::PerSecond(RATE), time).await?;
        let (refused, failed, unsent) = (tally.refused.len(), tally.failed, tally.unsent);
        match refused as u64 + failed + unsent {
            0 => Ok(tally.done.latency()),
            _ => bail!("{refused} texts were refused, {failed} failed, {unsent} were not asked for in time"),
        }
    }
}

/// A tenant that sends over this provider.
async fn texting(stand: &Stand, gateway: &Gateway, mint: Mint) -> Result<Arc<Flood>> {
    let operator = stand.operator()?;
    let tenant = operator.add("Texts", stand.catcher.address().port()).await?;
    operator.add_route(&tenant, &gateway.route()).await?;
    Ok(Flood::new(stand.server.address(), &tenant.keys.usual, mint))
}
