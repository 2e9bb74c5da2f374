//! "Make the next one fail": a form that switches trouble on.

use std::time::Duration;

use actix_web::{HttpResponse, Result, error, web};
use mail_catcher::{Fate, Lasts, Trouble};
use serde::Deserialize;

use super::answer::see_other;
use super::desk::Desk;
use super::medium;
use crate::cli::dev::phones::{PhoneFate, PhoneTrouble};
use crate::domain::challenges::channel::ChannelKind;

/// The delay of a slow server.
const SLOW: Duration = Duration::from_secs(10);

/// The form.
#[derive(Deserialize)]
pub(super) struct SwitchForm {
    fate: FateWord,
    #[serde(default)]
    lasts: LastsWord,
    /// The messages that it is about; mails without it.
    channel: Option<ChannelKind>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FateWord {
    Off,
    Temporary,
    Permanent,
    Slow,
    Silent,
    Unreported,
    Lost,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LastsWord {
    #[default]
    Next,
    Every,
}

impl SwitchForm {
    fn lasts(&self) -> Lasts {
        match self.lasts {
            LastsWord::Next => Lasts::OneMail,
            LastsWord::Every => Lasts::UntilOff,
        }
    }

    fn trouble(&self) -> Result<Option<Trouble>> {
        let fate = match self.fate {
            FateWord::Off => return Ok(None),
            FateWord::Temporary => Fate::FailForNow,
            FateWord::Permanent => Fate::FailForGood,
            FateWord::Slow => Fate::Wait(SLOW),
            FateWord::Silent | FateWord::Unreported | FateWord::Lost => {
                return Err(error::ErrorBadRequest(
                    "for mails, fate is temporary, permanent, slow or off; name the channel of a phone for the \
                     others\n",
                ));
            }
        };
        Ok(Some(Trouble { fate, lasts: self.lasts() }))
    }

    fn phone_trouble(&self) -> Option<PhoneTrouble> {
        let fate = match self.fate {
            FateWord::Off => return None,
            FateWord::Temporary => PhoneFate::FailForNow,
            FateWord::Permanent => PhoneFate::FailForGood,
            FateWord::Slow => PhoneFate::Wait(SLOW),
            FateWord::Silent => PhoneFate::Silence,
            FateWord::Unreported => PhoneFate::Unreported,
            FateWord::Lost => PhoneFate::Lost,
        };
        Some(PhoneTrouble { fate, lasts: self.lasts() })
    }
}

/// `POST /dev/trouble`.
pub(super) async fn switch(desk: web::Data<Desk>, wanted: web::Form<SwitchForm>) -> Result<HttpResponse> {
    match wanted.channel.unwrap_or(ChannelKind::Email) {
        ChannelKind::Email => desk.catcher.set_trouble(wanted.trouble()?),
        ChannelKind::None => {
            return Err(error::ErrorBadRequest("channel is email, sms, whatsapp, voice or telegram\n"));
        }
        channel => desk.phones.set_trouble(channel, wanted.phone_trouble()),
    }
    Ok(see_other("/dev/inbox"))
}

/// The state of a switch on the page.
pub(super) struct Switch {
    /// What happens to the next messages.
    pub(super) state: String,
    /// Whether trouble is on.
    pub(super) is_on: bool,
    /// Whose it is.
    pub(super) channel: &'static str,
}

impl Switch {
    /// That of mails, and those of other channels that are on.
    pub(super) fn all(desk: &Desk) -> Vec<Self> {
        let phones = ChannelKind::media().filter_map(|channel| {
            let trouble = desk.phones.trouble(channel)?;
            Some(Self { state: phone_state(channel, trouble), is_on: true, channel: channel.as_str() })
        });
        std::iter::once(Self::of_mails(desk)).chain(phones).collect()
    }

    fn of_mails(desk: &Desk) -> Self {
        let channel = ChannelKind::Email.as_str();
        let Some(trouble) = desk.catcher.trouble() else {
            return Self { state: "Mails are taken as usual.".to_owned(), is_on: false, channel };
        };
        let which = which(trouble.lasts, ChannelKind::Email);
        let state = match trouble.fate {
            Fate::FailForNow => format!("{which} is refused for now: 451."),
            Fate::FailForGood => format!("{which} is refused for good: 550."),
            Fate::Wait(span) => format!("{which} is taken after {} seconds.", span.as_secs()),
        };
        Self { state, is_on: true, channel }
    }
}

fn phone_state(channel: ChannelKind, PhoneTrouble { fate, lasts }: PhoneTrouble) -> String {
    let which = which(lasts, channel);
    match fate {
        PhoneFate::FailForNow => format!("{which} is refused for now."),
        PhoneFate::FailForGood => format!("{which} is refused for good."),
        PhoneFate::Wait(span) => format!("{which} is taken after {} seconds.", span.as_secs()),
        PhoneFate::Silence => format!("{which} arrives, but the server gets no answer."),
        PhoneFate::Unreported => format!("{which} is taken, and nothing is reported of it."),
        PhoneFate::Lost => format!("{which} is taken, and reported not to have arrived."),
    }
}

fn which(lasts: Lasts, channel: ChannelKind) -> String {
    let noun = medium::noun(channel);
    match lasts {
        Lasts::OneMail => format!("The next {noun}"),
        Lasts::UntilOff => format!("Every {noun}"),
    }
}
