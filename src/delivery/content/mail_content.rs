//! The content of a mail: the tenant's own template, or the built-in texts.

use askama::Template as _;

use super::message_values::message_values;
use super::template::Template;
use super::template::cleaning::presentable;
use super::unused_template::log_unused;
use super::wording::{self, MissingText, Wording, wording};
use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::{Look, Sender};
use crate::domain::challenges::link::Link;
use crate::domain::locale::Locale;
use crate::domain::tenants::brand::{Colour, Scheme};
use crate::domain::tenants::template::MailSource;

/// The error for a message without content. A test prevents a release in which it can occur.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// A built-in text is missing.
    #[error("the wording is incomplete")]
    Wording(#[from] MissingText),
    /// A built-in template could not be rendered.
    #[error("the frame failed")]
    Frame(#[from] askama::Error),
}

/// The content of a mail. The code is in all parts except the subject, so there is no `Debug`.
pub struct MailContent {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part; a tenant's own template may have none.
    pub html: Option<String>,
    /// The tag of the language of the texts, which may not be the requested one.
    pub lang: String,
    /// Whether the texts are the tenant's own.
    pub is_own: bool,
}

#[derive(askama::Template)]
#[template(path = "mail/code.txt")]
struct Text<'a>(Body<'a>);

#[derive(askama::Template)]
#[template(path = "mail/code.html")]
struct Html<'a>(Body<'a>);

/// The name in a template, and in variables, of the line about what the code is for.
const CONTEXT: &str = "context";

#[derive(Clone, Copy)]
struct Body<'a> {
    words: &'a Wording,
    /// The tenant's name; may be empty.
    name: &'a str,
    code: &'a str,
    /// What the code is for, in the words of the tenant; may be empty.
    context: &'a str,
    /// The link that does the same; may be empty.
    link: &'a str,
    look: &'a Look,
    /// Whether this is a template, in which a part is only there if the message has a value for it.
    is_template: bool,
}

impl Body<'_> {
    /// Returns what stands before a part that is only there if `name` has a value.
    fn if_has(&self, name: &str) -> String {
        if self.is_template { format!("{{% if {name} %}}") } else { String::new() }
    }

    /// Returns what stands after such a part.
    fn end_if(&self) -> &'static str {
        if self.is_template { "{% endif %}" } else { "" }
    }

    /// Returns the accent for readers with light surfaces.
    fn light(&self) -> Colour {
        self.look.brand.accent(Scheme::Light)
    }

    /// Returns the accent for readers with dark surfaces.
    fn dark(&self) -> Colour {
        self.look.brand.accent(Scheme::Dark)
    }

    /// Returns how often an invisible space follows the preview of a mail list, so that the list shows nothing else:
    /// the code is not for whoever sees a locked screen.
    fn padding(&self) -> std::ops::Range<u8> {
        0..if self.is_template { 0 } else { 14 }
    }
}

impl MailContent {
    /// Composes the content of `message`, sent by `name`, whose built-in mails look like this. If the
    /// tenant's template cannot be rendered, the built-in texts are used, because the code must go out.
    pub fn of(name: &str, look: &Look, message: &Message) -> Result<Self, ContentError> {
        let name = presentable(name);
        let lifetime = message.expires_at.since(message.created_at);
        let words = wording(message.locale.as_ref(), &message.purpose, &name, lifetime)?;
        let own = match message.template.as_deref() {
            Some(Template::Mail(template)) => {
                template.render(&message_values(message, &name, message.code.expose())?)
            }
            _ => None,
        };
        if let Some(own) = own {
            let lang = message.locale.as_ref().unwrap_or(&Locale::ENGLISH).to_string();
            return Ok(Self { subject: own.subject, text: own.text, html: own.html, lang, is_own: true });
        }
        let link = message.link.as_ref().map_or("", Link::as_str);
        let context = presentable(message.vars.get(CONTEXT));
        let code = message.code.expose();
        let body =
            Body { words: &words, name: &name, code, context: &context, link, look, is_template: false };
        let (text, html) = (Text(body).render()?, Html(body).render()?);
        let (subject, lang) = (words.subject.into_owned(), words.lang.to_owned());
        Ok(Self { subject, text, html: Some(html), lang, is_own: false })
    }

    /// Returns the built-in language that is nearest to `locale`: English if none is near.
    pub fn nearest(locale: &Locale) -> Locale {
        wording::nearest(locale)
    }
}

/// Returns the built-in mail as a template, for an app that `name` stands for; it may be empty.
pub(super) fn starter(
    words: &Wording,
    name: &str,
    code: &str,
    look: &Look,
) -> Result<MailSource, ContentError> {
    let (context, link) = ("{{ vars.context }}", "{{ link }}");
    let body = Body { words, name, code, context, link, look, is_template: true };
    let (text, html) = (Text(body).render()?, Html(body).render()?);
    Ok(MailSource { subject: words.subject.clone().into_owned(), text, html: Some(html) })
}

/// Composes the content of the mail for `message` of `sender`, and logs a template that could not
/// be used.
pub(in crate::delivery) fn mail_content(
    sender: &Sender,
    message: &Message,
) -> Result<MailContent, ContentError> {
    let content = MailContent::of(&sender.name, &sender.look, message)?;
    log_unused(sender, message, content.is_own);
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::challenges::purpose::Purpose;

    proptest! {
        #[test]
        fn no_name_is_markup(name in ".*[<>&\"'{}].*") {
            let name = presentable(&name);
            let words = wording(None, &Purpose::VERIFICATION, &name, Duration::from_secs(600)).unwrap();
            let look = Look::default();
            let html = |name| {
                let (words, look) = (&words, &look);
                let body = Body { words, name, code: "012345", context: name, link: "", look, is_template: false };
                Html(body).render().unwrap()
            };
            let tags = |html: &str| html.matches(['<', '>']).count();
            prop_assert_eq!(tags(&html(&name)), tags(&html("Acme")) - if name.is_empty() { 12 } else { 0 });
            prop_assert_eq!(html(&name).matches("012345").count(), 1);
        }
    }
}
