//! `otpmint-bench growth`: whether the store stays as fast and as small as it is, however much passes through
//! it.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use otpmint::app::Ambient;

use super::report::Report;
use super::{flat, years};
use crate::folder::temporary_folder;
use crate::output::write_json;

const HELP: &str = "\
Works on the store alone, in this process, without HTTP, mail and keys. Its clock is simulated.

  --rows    puts so many live challenges into a store and measures what an answer costs with 64 in
            flight: a wrong and a right one, to challenges that were just minted and to any of them
  --cycles  so many challenges are minted, sent, answered or left to expire, swept and purged, evenly
            over --days; tells what sweeping costs, how large the files were on the way, and in the
            end what VACUUM costs and gains

Everything is kept as long as by default: ended challenges for an hour, audit rows for 90 days. So the
files have to stop growing after 90 days.

  otpmint-bench growth                                          a first look
  otpmint-bench growth --rows 1000,100000,1000000,10000000 --cycles 0
  otpmint-bench growth --rows 0 --cycles 10000000 --json growth.json";

/// Measure whether the store stays fast and small.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Growth {
    /// Live challenges in the store when answers are measured; each number in a store of its own. 0
    /// measures none.
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1000,100000",
        value_parser = clap::value_parser!(u32).range(0..=50_000_000))]
    rows: Vec<u32>,
    /// Times that 1 000 fresh challenges are minted and answered, for each number of rows.
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    rounds: u16,
    /// Challenges that go through the store from mint to purge.
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(0..=100_000_000))]
    cycles: u32,
    /// Simulated days in which they do.
    #[arg(long, value_name = "N", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,
    /// Where the temporary folder is made.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Growth {
    pub(crate) async fn measure(&self) -> Result<()> {
        let ambient = Ambient::system();
        let parent = self.data_dir.clone().unwrap_or_else(std::env::temp_dir);
        let mut report = Report::new()?;
        for rows in self.rows.iter().filter(|rows| **rows > 0) {
            let folder = temporary_folder(&parent)?;
            eprintln!("putting {rows} live challenges into {} …", folder.path().display());
            let extent = flat::Extent { rows: *rows as usize, rounds: usize::from(self.rounds) };
            report.answers.extend(flat::measure(folder.path(), &ambient, extent).await?);
        }
        if self.cycles > 0 {
            let folder = temporary_folder(&parent)?;
            eprintln!("{} challenges in {} days, in {} …", self.cycles, self.days, folder.path().display());
            let span = years::Span { cycles: self.cycles as usize, days: self.days };
            report.years = Some(years::measure(folder.path(), &ambient, span).await?);
        }
        println!("{}", report.table());
        write_json(self.json.as_deref(), &report)
    }
}
