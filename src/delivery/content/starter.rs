//! The built-in words as a template, from which a tenant starts its own.

use std::borrow::Cow;
use std::time::Duration;

use super::mail_content::{self, ContentError};
use super::template::{Setting, Template};
use super::wording::{MissingText, wording};
use super::{call_content, text_content};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{Medium, TemplateSource};

/// The values of the built-in words, as a template names them.
const CODE: &str = "{{ code }}";
const APP: &str = "{{ app }}";
const LIFETIME: &str = "{{ lifetime }}";

/// Any lifetime: its sentence is replaced by the name of the value.
const SOME_LIFETIME: Duration = Duration::from_secs(600);

impl Template {
    /// Returns the built-in words for `purpose` as a template in this setting, in the language nearest to its own.
    pub fn starter(
        purpose: &Purpose,
        medium: Medium,
        setting: &Setting<'_>,
    ) -> Result<TemplateSource, ContentError> {
        let (app, locale) = (if setting.name.is_empty() { "" } else { APP }, setting.locale);
        Ok(match medium {
            Medium::Mail => {
                let mut words = wording(Some(locale), purpose, app, SOME_LIFETIME)?;
                words.validity = Cow::Borrowed(LIFETIME);
                TemplateSource::Mail(mail_content::starter(&words, app, CODE, setting.look)?)
            }
            Medium::Text => {
                let texts = text_content::starters(purpose, locale, app, CODE)?;
                let mut sources = texts.into_iter().map(TemplateSource::Text);
                let fits = |source: &TemplateSource| Template::lint(source, setting).errors.is_empty();
                // The last one is the shortest; where even that is too long, the linter tells what to do.
                let last = sources.clone().next_back();
                sources.find(fits).or(last).unwrap_or(TemplateSource::Text(CODE.to_owned()))
            }
            Medium::Voice => TemplateSource::Voice(spoken(purpose, locale, app)?),
        })
    }
}

/// A template says the sentence with the code twice by itself.
fn spoken(purpose: &Purpose, locale: &Locale, app: &str) -> Result<String, MissingText> {
    let sentences = call_content::sentences(purpose, locale, app, CODE)?;
    let [greeting, code, _, warning] = sentences.map(Cow::into_owned);
    Ok([greeting, code, warning].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Look;
    use crate::texts;

    #[test]
    fn the_built_in_words_are_a_template_without_errors_in_every_language() {
        let look = Look { logo: Some("https://otp.example/assets/logo-1.png".to_owned()), ..Look::default() };
        for tag in texts::ALL.iter().map(texts::BuiltIn::tag) {
            let locale = Locale::parse(tag).unwrap();
            for purpose in &Purpose::BUILT_IN {
                for medium in Medium::ALL {
                    for name in ["Acme", ""] {
                        let setting = Setting { name, locale: &locale, hosts: &[], look: &look };
                        let source = Template::starter(purpose, medium, &setting).unwrap();
                        let report = Template::lint(&source, &setting);
                        assert!(
                            report.errors.is_empty(),
                            "{tag} {purpose:?} {medium:?}: {:?}",
                            report.errors
                        );
                        assert!(source.text().contains(CODE), "{tag} {purpose:?} {medium:?}");
                    }
                }
            }
        }
    }
}
