//! The cost of an answer, depending on the number of challenges.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use otpmint::app::Ambient;
use otpmint::domain::id::ChallengeId;
use otpmint::domain::time::{Clock as _, Timestamp};
use otpmint::store::Store;
use serde::Serialize;

use super::subject::{Answer, IN_FLIGHT, LIFETIME, Subject};
use crate::load::percentiles::ratio;
use crate::rig::processes::cpu_seconds;

/// Challenges minted and answered in one round; they are deleted before the next, so that the total stays
/// constant.
const FRESH: usize = 1_000;

/// The other challenges outlive the measurement.
const FOR_EVER: Duration = Duration::from_secs(365 * 86_400);

/// Maximum minted at once, to bound the memory for their identities.
const AT_ONCE: usize = 50_000;

/// A kind of answer with this many challenges in the store.
#[derive(Serialize)]
pub(crate) struct Measured {
    /// Live challenges.
    pub(crate) rows: usize,
    /// `wrong` or `right`.
    pub(crate) answer: &'static str,
    /// Which challenges were answered: `fresh`, the 1 000 minted last, or `any` of them.
    pub(crate) of: &'static str,
    /// Answers.
    pub(crate) answers: usize,
    /// Microseconds for each, of 64 in flight.
    pub(crate) wall_us: f64,
    /// Microseconds of processor time for each, including the caller's.
    pub(crate) cpu_us: f64,
}

/// Time spent on a kind of answer.
#[derive(Default)]
struct Used {
    answers: usize,
    wall: Duration,
    cpu: f64,
}

impl Used {
    async fn add(
        &mut self,
        subject: &Subject,
        ids: &[ChallengeId],
        answer: Answer,
        now: Timestamp,
    ) -> Result<()> {
        let (begun, used) = (Instant::now(), cpu_seconds(std::process::id())?);
        subject.answer(ids, answer, now).await?;
        self.wall += begun.elapsed();
        self.cpu += cpu_seconds(std::process::id())? - used;
        self.answers += ids.len();
        Ok(())
    }

    fn measured(self, rows: usize, answer: &'static str, of: &'static str) -> Measured {
        let each = |seconds: f64| ratio(seconds * 1_000_000.0, self.answers as f64);
        let (wall_us, cpu_us) = (each(self.wall.as_secs_f64()), each(self.cpu));
        Measured { rows, answer, of, answers: self.answers, wall_us, cpu_us }
    }
}

/// The size of the measurement.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    /// Live challenges.
    pub(crate) rows: usize,
    /// How often fresh challenges are minted and answered.
    pub(crate) rounds: usize,
}

/// Measures answers in a store with this many live challenges.
pub(crate) async fn measure(folder: &Path, ambient: &Ambient, extent: Extent) -> Result<Vec<Measured>> {
    let Extent { rows, rounds } = extent;
    let mut subject = Subject::open(folder, ambient).await?;
    let mut now = ambient.clock.now();
    let mut scattered = Scattered::of(rows.saturating_sub(FRESH), rounds);
    while scattered.seen < scattered.stored {
        let some = AT_ONCE.min(scattered.stored - scattered.seen);
        scattered.add(&subject.mint(some, now, FOR_EVER).await?);
    }
    let mut measured = fresh(&mut subject, &mut now, extent).await?;
    if scattered.ids.len() >= IN_FLIGHT {
        let (mut wrong, mut right) = (Used::default(), Used::default());
        wrong.add(&subject, &scattered.ids, Answer::Wrong, now).await?;
        right.add(&subject, &scattered.ids, Answer::Right, now).await?;
        measured.push(wrong.measured(rows, "wrong", "any"));
        measured.push(right.measured(rows, "right", "any"));
    }
    Ok(measured)
}

/// The usual case: challenges are answered soon after they were minted.
async fn fresh(
    subject: &mut Subject,
    now: &mut Timestamp,
    Extent { rows, rounds }: Extent,
) -> Result<Vec<Measured>> {
    let (mut wrong, mut right) = (Used::default(), Used::default());
    for _ in 0..rounds {
        let mut ids = subject.mint(FRESH.min(rows), *now, LIFETIME).await?;
        shuffle(&mut ids);
        wrong.add(subject, &ids, Answer::Wrong, *now).await?;
        right.add(subject, &ids, Answer::Right, *now).await?;
        *now = *now + LIFETIME + subject.retention.challenges + Duration::from_secs(1);
        while subject.store.sweep(*now, subject.retention).await?.more {}
    }
    Ok(vec![wrong.measured(rows, "wrong", "fresh"), right.measured(rows, "right", "fresh")])
}

/// Some of all stored challenges, at equal distances, shuffled the same way in every run.
struct Scattered {
    stored: usize,
    step: usize,
    seen: usize,
    ids: Vec<ChallengeId>,
}

impl Scattered {
    fn of(stored: usize, rounds: usize) -> Self {
        Self { stored, step: stored.div_ceil(FRESH * rounds).max(1), seen: 0, ids: Vec::new() }
    }

    fn add(&mut self, minted: &[ChallengeId]) {
        let numbered = minted.iter().zip(self.seen..);
        let chosen = numbered.filter(|(_, number)| number % self.step == 0);
        self.ids.extend(chosen.map(|(id, _)| *id));
        self.seen += minted.len();
        if self.seen == self.stored {
            shuffle(&mut self.ids);
        }
    }
}

/// Sorts them by a hash of their positions.
fn shuffle(ids: &mut [ChallengeId]) {
    let scattered = |id: &ChallengeId| (id.0 as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    ids.sort_unstable_by_key(scattered);
}
