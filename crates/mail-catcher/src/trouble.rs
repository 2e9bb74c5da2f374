//! Trouble that is switched on by hand: what happens to the next mails, whichever connection they use.
//!
//! [Faults](crate::Fault) strike connections, and a client keeps those; trouble strikes mails.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What happens to a mail instead of immediate acceptance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Refused temporarily: another try may succeed (RFC 5321 §4.2.1, 4yz).
    FailForNow,
    /// Refused permanently (5yz).
    FailForGood,
    /// Accepted after this delay.
    Wait(Duration),
}

impl Fate {
    /// The reply that refuses the mail, if it is refused.
    pub(crate) const fn refusal(self) -> Option<(u16, &'static str)> {
        match self {
            Self::FailForNow => Some((451, "4.3.0 switched to fail for now")),
            Self::FailForGood => Some((550, "5.7.1 switched to fail for good")),
            Self::Wait(_) => None,
        }
    }
}

/// How many mails the trouble affects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lasts {
    /// The next one.
    OneMail,
    /// All, until it is switched off.
    UntilOff,
}

/// Trouble: what happens, and to how many mails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// What happens.
    pub fate: Fate,
    /// How many mails it affects.
    pub lasts: Lasts,
}

/// Observes each reply to a mail, at the moment it is given. It must not block.
pub trait Witness: Send + Sync + std::fmt::Debug {
    /// The mail to `to` was answered with `reply`.
    fn answered(&self, to: &str, reply: &str);
}

/// The trouble that is on, if any is.
#[derive(Default)]
pub(crate) struct Switch(Mutex<Option<Trouble>>);

impl Switch {
    pub(crate) fn set(&self, trouble: Option<Trouble>) {
        *self.lock() = trouble;
    }

    pub(crate) fn get(&self) -> Option<Trouble> {
        *self.lock()
    }

    /// What happens to a mail now. Trouble for one mail ends with it, even if several arrive at once.
    pub(crate) fn strike(&self) -> Option<Fate> {
        let mut on = self.lock();
        let trouble = (*on)?;
        if trouble.lasts == Lasts::OneMail {
            *on = None;
        }
        Some(trouble.fate)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_lasts_for_one_mail_or_until_it_is_switched_off() {
        let switch = Switch::default();
        assert_eq!(switch.strike(), None);
        switch.set(Some(Trouble { fate: Fate::FailForNow, lasts: Lasts::OneMail }));
        assert_eq!([switch.strike(), switch.strike()], [Some(Fate::FailForNow), None]);
        switch.set(Some(Trouble { fate: Fate::FailForGood, lasts: Lasts::UntilOff }));
        assert_eq!([switch.strike(), switch.strike()], [Some(Fate::FailForGood); 2]);
        switch.set(None);
        assert_eq!(switch.strike(), None);
    }
}
