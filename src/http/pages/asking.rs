//! The page that asks for the recipient.

use crate::domain::challenges::asking::Ask;
use crate::domain::time::Timestamp;
use crate::service::HostedPage;
use crate::texts::{BuiltIn, MissingText};

use super::countdown::Countdown;
use super::flash::Flash;
use super::template::{AddressField, PageTemplate, RecipientForm};
use super::visitor::Visitor;

/// What is said to ask for an address.
struct Words {
    title: &'static str,
    lead: Option<&'static str>,
    label: &'static str,
    /// When something else was typed.
    wrong: &'static str,
}

const fn words(ask: Ask) -> Words {
    match ask {
        Ask::Email => Words {
            title: "page-ask-title",
            lead: Some("page-ask"),
            label: "page-address",
            wrong: "page-not-an-address",
        },
        Ask::Phone => Words {
            title: "page-ask-title-phone",
            lead: Some("page-ask-phone"),
            label: "page-number",
            wrong: "page-not-a-number",
        },
        Ask::Either => {
            Words { title: "page-either", lead: None, label: "page-either", wrong: "page-not-either" }
        }
    }
}

const fn field(ask: Ask) -> AddressField {
    match ask {
        Ask::Email => {
            AddressField { kind: "email", autocomplete: "email", inputmode: "email", max_length: 254 }
        }
        Ask::Phone => AddressField { kind: "tel", autocomplete: "tel", inputmode: "tel", max_length: 64 },
        // The keyboard for addresses has digits as well.
        Ask::Either => {
            AddressField { kind: "text", autocomplete: "email", inputmode: "email", max_length: 254 }
        }
    }
}

/// The page that asks for the recipient at `now`.
pub(super) fn asking<'a>(
    visitor: &Visitor,
    texts: &'static BuiltIn,
    key: &str,
    page: &'a HostedPage,
    now: Timestamp,
) -> Result<PageTemplate<'a>, MissingText> {
    let ask = page.hosting.asks.map(|asking| asking.ask).unwrap_or_default();
    let words = words(ask);
    let form = RecipientForm {
        action: visitor.path(key, "/recipient", None),
        field: field(ask),
        label: texts.text(words.label, None)?,
        submit: texts.text("page-send", None)?,
        time_left: Countdown::until(texts, "page-time-left", page.challenge.standing.expires_at, now)?,
        cancel: visitor.path(key, "/cancel", None),
        leave: texts.text("page-back", None)?,
    };
    let lead = words.lead.map(|id| texts.text(id, None)).transpose()?;
    let said = |flash: Flash| if flash == Flash::NotAnAddress { words.wrong } else { flash.text() };
    let flash = visitor.flash.map(|flash| Ok((texts.text(said(flash), None)?, flash))).transpose()?;
    let title = texts.text(words.title, None)?;
    Ok(PageTemplate { lead, flash, ask: Some(form), ..PageTemplate::branded(texts, title, page) })
}
