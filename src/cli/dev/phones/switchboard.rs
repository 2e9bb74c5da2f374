//! Trouble that is switched on by hand: what happens to the next messages of a channel.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mail_catcher::Lasts;

use crate::domain::challenges::channel::ChannelKind;

/// What happens to a message, instead of being taken and reported to have arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PhoneFate {
    /// Refused for now: another try may succeed.
    FailForNow,
    /// Refused for good.
    FailForGood,
    /// Taken after this delay.
    Wait(Duration),
    /// It arrives, but the server gets no answer.
    Silence,
    /// Taken, and nothing is reported of it.
    Unreported,
    /// Taken, and then reported not to have arrived.
    Lost,
}

/// Trouble: what happens, and to how many messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PhoneTrouble {
    /// What happens.
    pub fate: PhoneFate,
    /// How many messages it affects.
    pub lasts: Lasts,
}

/// The trouble that is on, by channel.
#[derive(Default)]
pub(super) struct Switchboard(Mutex<BTreeMap<ChannelKind, PhoneTrouble>>);

impl Switchboard {
    pub(super) fn set(&self, channel: ChannelKind, trouble: Option<PhoneTrouble>) {
        match trouble {
            Some(trouble) => self.lock().insert(channel, trouble),
            None => self.lock().remove(&channel),
        };
    }

    pub(super) fn get(&self, channel: ChannelKind) -> Option<PhoneTrouble> {
        self.lock().get(&channel).copied()
    }

    /// What happens to a message now. Trouble for one message ends with it, even if several come at once.
    pub(super) fn strike(&self, channel: ChannelKind) -> Option<PhoneFate> {
        let mut on = self.lock();
        let trouble = on.get(&channel).copied()?;
        if trouble.lasts == Lasts::OneMail {
            on.remove(&channel);
        }
        Some(trouble.fate)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ChannelKind, PhoneTrouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_strikes_its_channel_alone_for_one_message_or_until_it_is_switched_off() {
        let board = Switchboard::default();
        board.set(ChannelKind::Sms, Some(PhoneTrouble { fate: PhoneFate::Lost, lasts: Lasts::OneMail }));
        board
            .set(ChannelKind::Voice, Some(PhoneTrouble { fate: PhoneFate::Silence, lasts: Lasts::UntilOff }));
        assert_eq!(board.strike(ChannelKind::Telegram), None);
        assert_eq!(
            [board.strike(ChannelKind::Sms), board.strike(ChannelKind::Sms)],
            [Some(PhoneFate::Lost), None]
        );
        assert_eq!([board.strike(ChannelKind::Voice); 2], [Some(PhoneFate::Silence); 2]);
        board.set(ChannelKind::Voice, None);
        assert_eq!(board.strike(ChannelKind::Voice), None);
    }
}
