//! `otpmint-bench delivery`: how fast queued messages leave the server, compared with Postfix's own load
//! generator on the same mail server.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use otpmint::app::Ambient;

use super::drain::{Drain, Way};
use super::report::{Contest, Report};
use super::sink::Sink;
use crate::output::write_json;
use crate::providers::centre::Centre;
use crate::providers::gateway::{Answering, Gateway};
use crate::rig::handover::Handover;
use crate::rig::setup::{self, MailServer};

const HELP: &str = "\
Puts challenges whose messages are still to be sent into the store, starts `otpmint serve`, and takes the
time until all are sent and recorded. In turn, several times, over as many kept sessions each:

  source  smtp-source to smtp-sink: what Postfix's generator does
  sink    the server to the same smtp-sink
  plain   the server to the built-in mail catcher, in clear
  tls     the same over STARTTLS with a login, which smtp-sink does not have
  http    texts to a provider over HTTP that accepts each at once
  smpp    texts to such a message centre, over one session with a window of 10

smtp-source and smtp-sink come with Postfix and are looked for on the PATH and in /usr/sbin. The server
composes each mail, opens what is sealed and commits each end to the disk; smtp-source repeats one
message of the same size and keeps nothing.

  otpmint-bench delivery                       a first look
  otpmint-bench delivery --mails 50000 --rounds 5
  otpmint-bench delivery --contests plain,tls  without Postfix
  otpmint-bench delivery --contests http,smpp  texts alone";

/// Measure how fast mails and texts are handed over.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Delivery {
    /// Messages in each turn.
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    mails: u32,
    /// Sessions that are kept.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=100))]
    sessions: u16,
    /// Turns of each; the median counts.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// What is measured.
    #[arg(long, value_name = "CONTEST,…", value_delimiter = ',', default_values_t = Contest::all())]
    contests: Vec<Contest>,
    /// Where the temporary data folder is made; a disk like that of the real server tells most.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Delivery {
    pub(crate) async fn measure(&self) -> Result<()> {
        let ambient = Ambient::system();
        let sink = match self.contests.iter().any(|contest| contest.needs_postfix()) {
            true => Some(Sink::start().await?),
            false => None,
        };
        let mut report = Report::new(self.mails, self.sessions)?;
        for round in 1..=self.rounds {
            for contest in Contest::all().into_iter().filter(|contest| self.contests.contains(contest)) {
                eprintln!("round {round} of {}: {contest} …", self.rounds);
                report.add(contest, self.turn(contest, sink.as_ref(), &ambient).await?);
            }
        }
        println!("{}", report.table());
        write_json(self.json.as_deref(), &report)
    }

    /// One round of a contest: messages per second.
    async fn turn(&self, contest: Contest, sink: Option<&Sink>, ambient: &Ambient) -> Result<f64> {
        let handover = contest.handover();
        match (contest, sink) {
            (Contest::Source, Some(sink)) => sink.flood(self.mails, self.sessions).await,
            (Contest::Sink, Some(sink)) => {
                let server = MailServer { port: sink.port(), handover, ca_pem: "" };
                self.drain(ambient).measure(Way::mails(server)).await
            }
            (Contest::Http, _) => {
                let gateway = Gateway::start(Answering::AtOnce).await?;
                self.drain(ambient).measure(Way::texts(gateway.port(), gateway.route())).await
            }
            (Contest::Smpp, _) => {
                let centre = Centre::start().await?;
                self.drain(ambient).measure(Way::texts(centre.port(), centre.route())).await
            }
            _ => {
                let catcher = setup::catch_mail(handover, ambient).await?;
                self.drain(ambient).measure(Way::mails(MailServer::of(&catcher, handover))).await
            }
        }
    }

    fn drain<'a>(&self, ambient: &'a Ambient) -> Drain<'a> {
        let parent = self.data_dir.clone().unwrap_or_else(std::env::temp_dir);
        Drain { ambient, parent, mails: self.mails as usize, sessions: self.sessions }
    }
}

impl Contest {
    fn handover(self) -> Handover {
        match self {
            Self::Source | Self::Sink | Self::Plain | Self::Http | Self::Smpp => Handover::Plaintext,
            Self::Tls => Handover::StartTls,
        }
    }
}
