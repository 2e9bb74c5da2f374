//! "Make the next one fail": a form that switches trouble on.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use mail_catcher::{Fate, Lasts, MailCatcher, Trouble};
use serde::Deserialize;

use super::answer::see_other;
use super::desk::Desk;

/// The delay of a slow mail server.
const SLOW: Duration = Duration::from_secs(10);

/// The form.
#[derive(Deserialize)]
pub(super) struct SwitchForm {
    fate: FateWord,
    #[serde(default)]
    lasts: LastsWord,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FateWord {
    Off,
    Temporary,
    Permanent,
    Slow,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LastsWord {
    #[default]
    Next,
    Every,
}

impl SwitchForm {
    fn trouble(&self) -> Option<Trouble> {
        let fate = match self.fate {
            FateWord::Off => return None,
            FateWord::Temporary => Fate::FailForNow,
            FateWord::Permanent => Fate::FailForGood,
            FateWord::Slow => Fate::Wait(SLOW),
        };
        let lasts = match self.lasts {
            LastsWord::Next => Lasts::OneMail,
            LastsWord::Every => Lasts::UntilOff,
        };
        Some(Trouble { fate, lasts })
    }
}

/// `POST /dev/trouble`.
pub(super) async fn switch(desk: web::Data<Desk>, wanted: web::Form<SwitchForm>) -> HttpResponse {
    desk.catcher.set_trouble(wanted.trouble());
    see_other("/dev/inbox")
}

/// The state of the switches on the page.
pub(super) struct Switches {
    /// What happens to the next mails.
    pub(super) state: String,
    /// Whether trouble is on.
    pub(super) is_on: bool,
}

impl Switches {
    /// The current state.
    pub(super) fn of(catcher: &MailCatcher) -> Self {
        let Some(trouble) = catcher.trouble() else {
            return Self { state: "Mails are taken as usual.".to_owned(), is_on: false };
        };
        let which = match trouble.lasts {
            Lasts::OneMail => "The next mail",
            Lasts::UntilOff => "Every mail",
        };
        let state = match trouble.fate {
            Fate::FailForNow => format!("{which} is refused for now: 451."),
            Fate::FailForGood => format!("{which} is refused for good: 550."),
            Fate::Wait(span) => format!("{which} is taken after {} seconds.", span.as_secs()),
        };
        Self { state, is_on: true }
    }
}
