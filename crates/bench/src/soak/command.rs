//! `otpmint-bench soak`: a moderate load for a long time, and its effect on the server.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use tokio::time::{Instant, sleep_until};

use super::plot;
use super::row::{HEADER, Row};
use super::summary::summary;
use crate::load::pace::Pace;
use crate::load::visits::Visits;
use crate::rig::stand::{Stand, StandOptions};

/// Connections over which the load comes.
const CONNECTIONS: usize = 64;

/// How long the capacity is measured; the load is half of it.
const TRIAL: Duration = Duration::from_secs(5);

/// Ended challenges are deleted after a minute, so that deleting goes on all the time.
const SETTINGS: &str = "[codes]\nkeep_ended_seconds = 60\n";

/// How long and how much.
#[derive(Args)]
pub(crate) struct Soak {
    /// How long, in minutes.
    #[arg(long, value_name = "N", default_value = "30", value_parser = minutes)]
    minutes: Duration,
    /// Seconds from one row to the next.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    every: u64,
    /// Requests a second. Without it: half of what the machine can do, measured first.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: Option<u32>,
    /// Write the rows to this file.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Draw the curves into this file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    stand: StandOptions,
}

/// Minutes, possibly fractional.
fn minutes(text: &str) -> Result<Duration, String> {
    let minutes = text.parse::<f64>().map_err(|error| error.to_string())?;
    Duration::try_from_secs_f64(60.0 * minutes).map_err(|error| error.to_string())
}

impl Soak {
    pub(crate) async fn measure(&self) -> Result<()> {
        let stand = Stand::start_with(&self.stand, 1, SETTINGS).await?;
        let (operator, port) = (stand.operator()?, stand.catcher.address().port());
        let tenant = operator.add("Soak", port).await?;
        operator.set_mint_rate(&tenant, "1000000/1s").await?;
        let address = stand.server.address();
        let rate = match self.rate {
            Some(rate) => rate,
            None => {
                let trial = Visits::new(address, &tenant.keys.reveal);
                Arc::clone(&trial).run(CONNECTIONS, Pace::Closed, TRIAL).await?;
                (trial.take().samples.len() as f64 / TRIAL.as_secs_f64() / 2.0).max(1.0) as u32
            }
        };
        let time = self.minutes;
        eprintln!("{rate} requests a second for {} s …", time.as_secs());
        let visits = Visits::new(address, &tenant.keys.reveal);
        let load = Arc::clone(&visits).run(CONNECTIONS, Pace::PerSecond(rate), time);
        let (unsent, rows) = tokio::try_join!(load, self.watch(&stand, &visits, time))?;
        self.write(&rows, rate)?;
        println!("{}", summary(&rows, unsent));
        Ok(())
    }

    async fn watch(&self, stand: &Stand, visits: &Visits, time: Duration) -> Result<Vec<Row>> {
        let begun = Instant::now();
        let (mut rows, mut last, every) = (Vec::new(), begun, Duration::from_secs(self.every));
        println!("{HEADER}");
        while last + every <= begun + time {
            sleep_until(last + every).await;
            let window = visits.take();
            if let Some(example) = &window.example {
                eprintln!("{} errors, such as: {example}", window.errors);
            }
            let row = Row::read(stand, begun, window, every)?;
            last += every;
            println!("{}", row.csv());
            rows.push(row);
        }
        Ok(rows)
    }

    fn write(&self, rows: &[Row], rate: u32) -> Result<()> {
        if let Some(path) = &self.csv {
            let lines: Vec<_> = [HEADER.to_owned()].into_iter().chain(rows.iter().map(Row::csv)).collect();
            fs::write(path, lines.join("\n") + "\n")?;
        }
        if let Some(path) = &self.svg {
            fs::write(path, plot::draw(rows, rate))?;
        }
        Ok(())
    }
}
