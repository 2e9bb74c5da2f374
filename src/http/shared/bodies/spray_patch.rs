//! The changes to what is done against guesses, and orders about a suspicion.

use std::ops::RangeInclusive;

use serde::Deserialize;

use crate::domain::spray::rules::{SpraySettings, bounds};
use crate::domain::spray::suspicion::Level;
use crate::service::Ordered;

use crate::http::shared::problems::rejection::{Flaws, Rejection};

use super::object::Change;

const LEVELS: &str = "`under_attack` or `calm`";

/// The changes.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SprayPatch {
    #[serde(default)]
    level: Change<String>,
    #[serde(default)]
    days_per_account: Change<u32>,
    #[serde(default)]
    longer_by: Change<u8>,
    #[serde(default)]
    attempts: Change<u8>,
    #[serde(default)]
    pause: Change<u16>,
    #[serde(default)]
    record_only: Change<bool>,
}

/// An order by the operator.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SprayOrderBody {
    level: String,
}

impl SprayPatch {
    /// Finds invalid values.
    pub(super) fn check(&self) -> Result<(), Rejection> {
        let mut flaws = Flaws::default();
        match &self.level {
            Change::Keep => {}
            Change::Set(word) => flaws.note(ordered(word)),
            Change::Remove => flaws.note::<()>(Err(Rejection::field("/spray/level", LEVELS))),
        }
        flaws.note(within("days_per_account", &self.days_per_account, bounds::DAYS));
        flaws.note(within("longer_by", &self.longer_by, bounds::LONGER_BY));
        flaws.note(within("attempts", &self.attempts, bounds::ATTEMPTS));
        flaws.note(within("pause", &self.pause, bounds::PAUSE));
        flaws.end()
    }

    /// Applies values that were checked.
    pub(super) fn apply(&self, spray: &mut SpraySettings) {
        self.days_per_account.apply(&mut spray.days_per_account);
        self.longer_by.apply(&mut spray.longer_by);
        self.attempts.apply(&mut spray.attempts);
        self.pause.apply(&mut spray.pause);
        self.record_only.apply(&mut spray.record_only);
    }

    /// The order, if there is one.
    pub(super) fn order(&self) -> Option<Ordered> {
        match &self.level {
            Change::Set(word) => ordered(word).ok(),
            Change::Keep | Change::Remove => None,
        }
    }
}

impl SprayOrderBody {
    /// The order.
    pub(crate) fn order(&self) -> Result<Ordered, Rejection> {
        ordered(&self.level)
    }
}

fn ordered(word: &str) -> Result<Ordered, Rejection> {
    match word {
        word if word == Level::UnderAttack.as_str() => Ok(Ordered::UnderAttack),
        Level::CALM => Ok(Ordered::Calm),
        _ => Err(Rejection::field("/spray/level", LEVELS)),
    }
}

fn within<T: PartialOrd + std::fmt::Display>(
    name: &str,
    change: &Change<T>,
    bounds: RangeInclusive<T>,
) -> Result<(), Rejection> {
    match change {
        Change::Set(number) if !bounds.contains(number) => {
            let problem = format!("must be from {} to {}, or null", bounds.start(), bounds.end());
            Err(Rejection::field(format!("/spray/{name}"), problem))
        }
        _ => Ok(()),
    }
}
