//! One case after the other on one stand, with a constant number of live challenges.
//!
//! A verification uses challenges up, and a queued mint takes a place of the outbox. So such a case is
//! measured in rounds: between two rounds, unmeasured, challenges are replaced and mails are sent.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};

use crate::load::cases::Case;
use crate::load::driver::{Load, Outcome};
use crate::load::pace::Pace;
use crate::load::requests::Requests;
use crate::rig::meters::Usage;
use crate::rig::preloaded::{Known, Preloaded};
use crate::rig::stand::Stand;

/// Warm-up time of each case: sessions are opened, caches filled.
const WARM_UP: Duration = Duration::from_millis(300);

/// How long replacing challenges may take.
const REPLACING: Duration = Duration::from_secs(120);

/// A stand, and which of its challenges are still usable.
pub(crate) struct Rounds {
    /// The stand.
    pub(crate) stand: Stand,
    pace: Pace,
    time: Duration,
    /// Live challenges that were not answered yet.
    fresh: Vec<Known>,
    /// Challenges with the maximum number of wrong answers, still live.
    spent: Vec<Known>,
}

impl Rounds {
    /// Measures each case at `pace` for `time`.
    pub(crate) fn new(stand: Stand, pace: Pace, time: Duration) -> Self {
        let fresh = stand.preloaded.challenges().to_vec();
        Self { stand, pace, time, fresh, spent: Vec::new() }
    }

    /// Measures a case, after its warm-up.
    pub(crate) async fn measure(&mut self, case: Case, connections: usize) -> Result<(Outcome, Usage)> {
        let mut load = Load::open(self.stand.server.address(), connections).await?;
        self.round(case, &mut load, WARM_UP).await?;
        let (mut outcome, mut usage) = self.round(case, &mut load, self.time).await?;
        // The rest at the end is too short for a round.
        while outcome.took < self.time * 49 / 50 {
            let left = self.time - outcome.took;
            let (further, used) = self.round(case, &mut load, left).await?;
            outcome.append(further);
            usage += used;
        }
        Ok((outcome, usage))
    }

    async fn round(&mut self, case: Case, load: &mut Load, time: Duration) -> Result<(Outcome, Usage)> {
        // So at least half of the challenges are live at any moment, and at most all of them.
        let share = if case.needs_challenges() { self.rows() / 2 } else { 0 };
        let share = self.fresh.split_off(self.fresh.len() - share);
        let challenges = Arc::new(self.stand.preloaded.with(share));
        let requests = Requests::new(case, Arc::clone(&challenges), 0..challenges.rows());
        let requests = Arc::new(requests);
        let measured = self.stand.measure(load, &requests, self.pace, time).await?;
        let (used, unused) = challenges.challenges().split_at(requests.used());
        self.fresh.extend_from_slice(unused);
        match case {
            Case::VerifyWrong => self.spent.extend_from_slice(used),
            Case::VerifyRight => {}
            _ => self.fresh.extend_from_slice(used),
        }
        if self.fresh.len() <= self.rows() / 2 {
            self.replace(load).await?;
        }
        Ok(measured)
    }

    fn rows(&self) -> usize {
        self.stand.preloaded.rows()
    }

    /// Ends the used challenges, and mints as many as are missing.
    async fn replace(&mut self, load: &mut Load) -> Result<()> {
        let spent = Arc::new(self.stand.preloaded.with(std::mem::take(&mut self.spent)));
        let rows = 0..spent.rows();
        self.carry_out(load, Requests::new(Case::VerifyRight, spent, rows)).await?;
        let tenant: &Arc<Preloaded> = &self.stand.preloaded;
        let minting = Requests::minting(Arc::clone(tenant), self.rows() - self.fresh.len());
        self.fresh.extend(self.carry_out(load, minting).await?);
        Ok(())
    }

    /// Sends requests that must all succeed; returns what they minted.
    async fn carry_out(&self, load: &mut Load, requests: Requests) -> Result<Vec<Known>> {
        let requests = Arc::new(requests);
        let outcome = load.run(&requests, Pace::Closed, REPLACING).await?;
        match outcome.example {
            Some(example) => Err(anyhow!("challenges could not be replaced: {example}")),
            None => Ok(requests.take_minted()),
        }
    }
}
