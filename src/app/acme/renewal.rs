//! Keeps the certificate up to date: served by every node, ordered by the one that keeps house.

use std::sync::Arc;
use std::time::Duration;

use crate::app::ambient::Ambient;
use crate::app::tls::{Certificate, Served};
use crate::config::Tls as TlsSettings;
use crate::delivery::net::Trust;
use crate::domain::acme::IssuedCertificate;
use crate::domain::time::{Clock, Timestamp};
use crate::service::{Refusal, Services};

use super::authority::Authority;
use super::order::{Customer, Proof};
use super::plan;

/// Keeps the certificate up to date.
pub(in crate::app) struct Renewal {
    customer: Customer,
    clock: Arc<dyn Clock>,
    served: Arc<Served>,
    /// What is served.
    issued: Option<(IssuedCertificate, Certificate)>,
    failures: u32,
    not_before: Timestamp,
}

impl Renewal {
    /// Orders as the settings say, and serves what is issued.
    pub(in crate::app) fn new(
        settings: TlsSettings,
        trust: Arc<Trust>,
        ambient: &Ambient,
        services: Arc<Services>,
        served: Arc<Served>,
    ) -> Self {
        let customer = Customer { settings, authority: Authority::trusted_by(trust), services };
        let clock = ambient.clock.clone();
        Self { customer, clock, served, issued: None, failures: 0, not_before: Timestamp::default() }
    }

    /// Serves the certificate that an earlier process got, if there is one: the authority may be away.
    pub(in crate::app) async fn begin(&mut self) {
        if let Err(refusal) = self.follow().await {
            tracing::warn!(?refusal, "it is not known whether there is a certificate");
        }
    }

    /// Looks again and again, until the server stops.
    pub(in crate::app) async fn run(mut self, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(refusal) = self.follow().await {
                tracing::warn!(?refusal, "it is not known whether there is another certificate");
                continue;
            }
            let now = self.clock.now();
            let keeps_house = self.customer.services.nodes.membership().keeps_house();
            let certificate = self.issued.as_ref().map(|(_, certificate)| certificate);
            let is_due = plan::is_due(certificate, &self.customer.settings.acme_domains, now);
            if keeps_house && is_due && now >= self.not_before {
                self.renew(now).await;
            }
        }
    }

    /// Serves what another node may have got.
    async fn follow(&mut self) -> Result<(), Refusal> {
        let kept = self.customer.services.acme.certificate().await?;
        if let Some(kept) = kept
            && self.issued.as_ref().is_none_or(|(served, _)| *served != kept)
        {
            self.serve(kept);
        }
        Ok(())
    }

    async fn renew(&mut self, now: Timestamp) {
        let proof = self.proof();
        match self.customer.order(proof).await {
            Ok(issued) => match self.customer.services.acme.keep_certificate(&issued).await {
                Ok(()) => self.serve(issued),
                Err(refusal) => self.fail(now, &format!("the store does not take it: {refusal:?}")),
            },
            Err(failed) => {
                if super::order::is_account_gone(&failed) {
                    self.customer.forget_account().await;
                }
                self.fail(now, &failed.to_string());
            }
        }
        let outcome = if self.failures == 0 { "issued" } else { "failed" };
        metrics::counter!("otpmint_tls_orders_total", "outcome" => outcome).increment(1);
    }

    /// A page at port 80 if there is a listener for it, and each other time, as without one, a certificate at port 443.
    fn proof(&self) -> Proof {
        match !self.customer.settings.http_listen.is_empty() && self.failures.is_multiple_of(2) {
            true => Proof::Http,
            false => Proof::Tls,
        }
    }

    fn fail(&mut self, now: Timestamp, problem: &str) {
        self.failures = self.failures.saturating_add(1);
        let pause = plan::pause(self.failures);
        self.not_before = now + pause;
        self.served.standing().fail();
        tracing::error!(problem, again_in_seconds = pause.as_secs(), "no certificate was issued");
    }

    fn serve(&mut self, issued: IssuedCertificate) {
        match Certificate::parse(issued.chain.as_bytes(), issued.key.as_bytes()) {
            Ok(certificate) => {
                self.failures = 0;
                self.served.replace(&certificate);
                let (names, ends) = (certificate.names.join(", "), certificate.ends);
                tracing::info!(names, %ends, "a certificate of the authority is served");
                self.issued = Some((issued, certificate));
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                tracing::error!(%error, "what the authority has issued is no certificate");
            }
        }
    }
}
