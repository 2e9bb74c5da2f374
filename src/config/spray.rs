//! The rules of `[spray]`.

use crate::domain::spray::luck::Luck;
use crate::domain::spray::rules::{Measures, Reaction, SprayRules, bounds};

use super::check::{SettingProblem, within};
use super::sections::Spray;

/// Checks the bounds.
pub(super) fn check(spray: &Spray) -> Result<(), SettingProblem> {
    let (days, pause) = (bounds::DAYS, bounds::PAUSE);
    let days_per_account = spray.days_per_account.into();
    within("spray.days_per_account", days_per_account, (*days.start()).into(), (*days.end()).into())?;
    within("spray.tolerated_percent", spray.tolerated_percent.into(), 0, 100)?;
    within("spray.longer_by", spray.longer_by.into(), 0, (*bounds::LONGER_BY.end()).into())?;
    within("spray.attempts", spray.attempts.into(), 1, (*bounds::ATTEMPTS.end()).into())?;
    within("spray.pause_seconds", spray.pause_seconds.into(), 0, (*pause.end()).into())
}

/// The rules; `None` if nobody looks.
pub(super) fn rules(spray: &Spray) -> Option<SprayRules> {
    let Spray { longer_by, attempts, pause_seconds, .. } = *spray;
    spray.enabled.then(|| SprayRules {
        budget: Luck::of_days(spray.days_per_account),
        tolerated_percent: spray.tolerated_percent,
        measures: Measures { longer_by, attempts, pause_seconds },
        reaction: if spray.record_only { Reaction::RecordsOnly } else { Reaction::Acts },
    })
}
