//! `otpmint-bench tls`: what TLS costs the server.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::CertificateDer;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::client::{Client, Way};
use super::report::Report;
use crate::output::write_json;
use crate::rig::processes::cpu_seconds;
use crate::rig::stand::{Stand, StandOptions};

/// Unmeasured, before each part.
const WARM_UP: Duration = Duration::from_millis(300);

const HELP: &str = "\
Clients mint a code (channel none) and verify it, in turn, with the server's own TLS and without it:
over connections that are kept, with a connection for each request, and there with sessions that are
continued and with full handshakes (X25519MLKEM768, a P-256 certificate). The processor time is that of
the server, for one mint and its verification: two requests.";

/// Measure what TLS costs the server.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Tls {
    /// How long each part of a round is measured, in seconds.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Rounds; the median counts.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// Clients at the same time.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000))]
    clients: u16,
    #[command(flatten)]
    stand: StandOptions,
    /// Write everything that was measured to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<std::path::PathBuf>,
}

impl Tls {
    pub(crate) async fn measure(&self) -> Result<()> {
        let stand = Stand::start(&self.stand, 1).await?;
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()])?;
        let mut report = Report::default();
        for way in Way::PLAIN {
            self.rounds(&stand, way, cert.der(), &mut report).await?;
        }
        let stand = stand.with_tls(&cert.pem(), &signing_key.serialize_pem()).await?;
        for way in Way::SECURE {
            self.rounds(&stand, way, cert.der(), &mut report).await?;
        }
        println!("{}", report.table());
        write_json(self.json.as_deref(), &report)
    }

    async fn rounds(
        &self,
        stand: &Stand,
        way: Way,
        certificate: &CertificateDer<'static>,
        report: &mut Report,
    ) -> Result<()> {
        let tls = way.tls(certificate)?;
        for round in 1..=self.rounds {
            eprintln!("{}, round {round} of {} …", way.as_str(), self.rounds);
            let client =
                || Client::new(stand.server.address(), way, tls.clone(), Arc::clone(&stand.preloaded));
            let mut clients: Vec<_> = (0..self.clients).map(|_| client()).collect();
            drive(&mut clients, WARM_UP).await?;
            let (begun, cpu) = (Instant::now(), cpu_seconds(stand.server.pid())?);
            let pairs = drive(&mut clients, Duration::from_secs(self.seconds)).await?;
            let cpu = cpu_seconds(stand.server.pid())? - cpu;
            report.add(way.as_str(), pairs, begun.elapsed().as_secs_f64(), cpu);
        }
        Ok(())
    }
}

/// Lets all mint and verify for so long; returns how often they did.
async fn drive(clients: &mut Vec<Client>, time: Duration) -> Result<u64> {
    let end = Instant::now() + time;
    let mut driven = JoinSet::new();
    for mut client in clients.drain(..) {
        driven.spawn(async move {
            let mut pairs = 0;
            while Instant::now() < end {
                client.pair().await?;
                pairs += 1;
            }
            anyhow::Ok((client, pairs))
        });
    }
    let mut all = 0;
    for done in driven.join_all().await {
        let (client, pairs) = done?;
        clients.push(client);
        all += pairs;
    }
    Ok(all)
}
