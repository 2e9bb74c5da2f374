//! The channels of codes to phone numbers: their order, and when the next one follows.

use std::time::Duration;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::fallback::{Fallback, Hop};
use crate::domain::phone::number::PhoneNumber;

/// The shortest and the longest pause before the next channel, in seconds.
pub const PAUSES: std::ops::RangeInclusive<u64> = 10..=600;

/// The order where a tenant has set none: the first channel that it has a route for is used, and no
/// other follows.
const USUAL: [ChannelKind; 4] =
    [ChannelKind::Sms, ChannelKind::Whatsapp, ChannelKind::Telegram, ChannelKind::Voice];

/// The order of the channels.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ChannelOrder {
    /// The channels, each once; `None` if the tenant has set no order.
    pub order: Option<Vec<ChannelKind>>,
    /// The pause before the next channel; `None` for the usual one of each.
    pub pause: Option<Duration>,
}

impl ChannelOrder {
    /// Returns the channel of a first message to `number`, and what follows it. Channels that do not
    /// reach the number or have no route are left out; if none is left, the first one is returned, so
    /// that the refusal names it.
    pub fn plan(
        &self,
        number: &PhoneNumber,
        has_route: impl Fn(ChannelKind) -> bool,
    ) -> (ChannelKind, Fallback) {
        let usable = |channel: &ChannelKind| channel.reaches(number) && has_route(*channel);
        match &self.order {
            None => (USUAL.into_iter().find(usable).unwrap_or(ChannelKind::Sms), Fallback::default()),
            Some(order) => {
                let usable: Vec<_> = order.iter().copied().filter(usable).collect();
                let first = usable.first().or(order.first()).copied().unwrap_or(ChannelKind::Sms);
                let hops =
                    usable.windows(2).map(|pair| Hop { channel: pair[1], after: self.pause_after(pair[0]) });
                (first, Fallback::new(hops.collect()))
            }
        }
    }

    /// Returns the channels of the tenant's order that `number` may have a code over instead of
    /// `current`; none if the tenant has set no order.
    pub fn instead_of(
        &self,
        current: ChannelKind,
        number: &PhoneNumber,
        has_route: impl Fn(ChannelKind) -> bool,
    ) -> Vec<ChannelKind> {
        let usable =
            |channel: &ChannelKind| *channel != current && channel.reaches(number) && has_route(*channel);
        self.order.iter().flatten().copied().filter(usable).collect()
    }

    /// Returns the channel of a first message to a number that is not known yet: the first that has a
    /// route, or else the first one, so that the refusal names it.
    pub fn first(&self, has_route: impl Fn(ChannelKind) -> bool) -> ChannelKind {
        let order = self.order.as_deref().unwrap_or(&USUAL);
        let usable = order.iter().copied().find(|channel| has_route(*channel));
        usable.or(order.first().copied()).unwrap_or(ChannelKind::Sms)
    }

    /// Messages in an app arrive at once or not at all; a text may take a while.
    fn pause_after(&self, channel: ChannelKind) -> Duration {
        self.pause.unwrap_or(match channel {
            ChannelKind::Whatsapp | ChannelKind::Telegram => Duration::from_secs(30),
            ChannelKind::Sms | ChannelKind::Voice | ChannelKind::Email | ChannelKind::None => {
                Duration::from_secs(45)
            }
        })
    }
}

/// Returns whether a list of channels can be an order: one to four channels to phone numbers, each once.
pub fn is_order(channels: &[ChannelKind]) -> bool {
    let is_first = |(at, channel): (usize, &ChannelKind)| !channels[..at].contains(channel);
    !channels.is_empty()
        && channels.iter().all(|channel| channel.reaches_numbers())
        && channels.iter().enumerate().all(is_first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChannelKind::{Email, Sms, Telegram, Voice, Whatsapp};

    fn order(channels: &[ChannelKind]) -> ChannelOrder {
        ChannelOrder { order: Some(channels.to_vec()), pause: None }
    }

    fn plan(order: &ChannelOrder, number: &str, routes: &[ChannelKind]) -> (ChannelKind, String) {
        let number = PhoneNumber::parse(number, None).unwrap();
        let (first, fallback) = order.plan(&number, |channel| routes.contains(&channel));
        (first, fallback.to_string())
    }

    const MOBILE: &str = "+4915123456789";
    const LANDLINE: &str = "+493023125000";

    #[test]
    fn the_order_is_followed_as_far_as_there_are_routes_and_the_number_is_reached() {
        let all = [Whatsapp, Sms, Voice];
        assert_eq!(plan(&order(&all), MOBILE, &all), (Whatsapp, "sms@30 voice@45".to_owned()));
        assert_eq!(plan(&order(&all), MOBILE, &[Sms, Voice]), (Sms, "voice@45".to_owned()));
        assert_eq!(plan(&order(&all), LANDLINE, &all), (Voice, String::new()));
        assert_eq!(plan(&order(&all), MOBILE, &[]), (Whatsapp, String::new()));
        let hurried = ChannelOrder { pause: Some(Duration::from_secs(10)), ..order(&all) };
        assert_eq!(plan(&hurried, MOBILE, &all), (Whatsapp, "sms@10 voice@10".to_owned()));
    }

    #[test]
    fn without_an_order_one_channel_is_used_and_none_follows() {
        let unset = ChannelOrder::default();
        assert_eq!(plan(&unset, MOBILE, &[Voice, Telegram]), (Telegram, String::new()));
        assert_eq!(plan(&unset, LANDLINE, &[Sms, Voice]), (Voice, String::new()));
        assert_eq!(plan(&unset, MOBILE, &[]), (Sms, String::new()));
    }

    #[test]
    fn only_channels_of_the_order_that_reach_the_number_take_the_place_of_another() {
        let instead = |order: &ChannelOrder, current, text: &str| {
            let number = PhoneNumber::parse(text, None).unwrap();
            order.instead_of(current, &number, |channel| channel != Whatsapp)
        };
        let all = order(&[Whatsapp, Sms, Voice]);
        assert_eq!(instead(&all, Sms, MOBILE), [Voice]);
        assert_eq!(instead(&all, Telegram, MOBILE), [Sms, Voice]);
        assert_eq!(instead(&all, Voice, LANDLINE), []);
        assert_eq!(instead(&ChannelOrder::default(), Sms, MOBILE), []);
    }

    #[test]
    fn without_an_order_the_first_usual_channel_with_a_route_is_expected() {
        assert_eq!(ChannelOrder::default().first(|channel| channel == Voice), Voice);
        assert_eq!(order(&[Voice, Sms]).first(|_| false), Voice);
    }

    #[test]
    fn an_order_names_channels_to_phone_numbers_each_once() {
        assert!(is_order(&[Sms]) && is_order(&[Voice, Telegram, Whatsapp, Sms]));
        for wrong in [&[][..], &[Email], &[Sms, Sms], &[Sms, ChannelKind::None]] {
            assert!(!is_order(wrong), "{wrong:?}");
        }
    }
}
