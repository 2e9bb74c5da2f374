//! `otpmint-bench overload`: more load than the server can handle, one tenant against another, and a crowd of
//! idle connections.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use tokio::time::sleep;

use super::extent::Extent;
use super::report::Report;
use super::run::Run;
use crate::load::flood::{Flood, Mint};
use crate::output::write_json;
use crate::rig::stand::{Stand, StandOptions};

/// A limit that is never reached.
const UNLIMITED: &str = "1000000/1s";

/// What is done to the server, and for how long.
#[derive(Args)]
pub(crate) struct Overload {
    #[command(flatten)]
    extent: Extent,
    #[command(flatten)]
    stand: StandOptions,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Overload {
    pub(crate) async fn measure(&self) -> Result<()> {
        let stand = Stand::start(&self.stand, 1).await?;
        let (operator, port) = (stand.operator()?, stand.catcher.address().port());
        let (greedy, modest) = (operator.add("Greedy", port).await?, operator.add("Modest", port).await?);
        let flood = |key: &str| Flood::new(stand.server.address(), key, Mint::Code);
        let (greedy_flood, modest_flood) = (flood(&greedy.keys.reveal), flood(&modest.keys.reveal));
        let part = Duration::from_secs(self.extent.seconds.div_ceil(4));
        let mut run = Run {
            extent: self.extent,
            stand,
            greedy: greedy_flood,
            modest: modest_flood,
            part,
            told: Vec::new(),
        };
        operator.set_mint_rate(&modest, UNLIMITED).await?;
        run.listen("alone").await?;
        operator.set_mint_rate(&greedy, "20/1s").await?;
        run.beside("one at full blast, with the default rate").await?;
        operator.set_mint_rate(&greedy, UNLIMITED).await?;
        run.beside("one at full blast, without a rate").await?;
        let (capacity_per_second, flood) = run.flood().await?;
        sleep(Duration::from_secs(self.extent.rest)).await;
        run.listen("after the overload").await?;
        let crowd = run.crowd().await?;
        let report = Report { capacity_per_second, flood, modest: run.told, crowd };
        report.print();
        write_json(self.json.as_deref(), &report)
    }
}
