//! Who looks at a page: the language that was asked for, and what was tried last.

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header, Preference};

use crate::domain::locale::Locale;
use crate::domain::web_origin::WebOrigin;

use super::flash::Flash;

/// Where the browser puts what it asks for; a page by itself is a `document`
/// (<https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-dest-header>).
const FETCH_DEST: &str = "sec-fetch-dest";

/// What a visitor's address and browser tell.
#[derive(Clone, Default, Debug)]
pub(crate) struct Visitor {
    /// The language that the address names.
    lang: Option<Locale>,
    /// Those that the browser prefers, best first.
    accepted: Vec<Locale>,
    /// Whose page says to have this one in a frame. Anybody can say so: it counts if the tenant lists it.
    pub(crate) embedder: Option<WebOrigin>,
    /// What came of the last form.
    pub(crate) flash: Option<Flash>,
}

impl Visitor {
    /// What the request tells. Whatever is in it that means nothing here is ignored: links in mails
    /// are decorated by the programs that show them.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let mut visitor = Self { accepted: accepted(request), ..Self::default() };
        let is_alone = request.headers().get(FETCH_DEST).is_some_and(|put| put == "document");
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            match &*name {
                "lang" => visitor.lang = Locale::parse(&value),
                "embed" if !is_alone => visitor.embedder = WebOrigin::parse(&value).ok(),
                "notice" => visitor.flash = Flash::parse(&value),
                _ => {}
            }
        }
        visitor
    }

    /// The languages that may be spoken, best first; `own` is that of the challenge.
    pub(crate) fn locales(&self, own: Option<&Locale>) -> impl Iterator<Item = Locale> {
        let chosen = self.lang.iter().chain(own).chain(&self.accepted).cloned().collect::<Vec<_>>();
        chosen.into_iter()
    }

    /// The path of the page with this key, or of one of its forms, in the same language and frame.
    pub(crate) fn path(&self, key: &str, form: &str, flash: Option<Flash>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(lang) = &self.lang {
            query.append_pair("lang", lang.as_str());
        }
        if let Some(embedder) = &self.embedder {
            query.append_pair("embed", embedder.as_str());
        }
        if let Some(flash) = flash {
            query.append_pair("notice", flash.word());
        }
        // A key that is none may have any characters.
        let key: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
        match query.finish() {
            query if query.is_empty() => format!("/c/{key}{form}"),
            query => format!("/c/{key}{form}?{query}"),
        }
    }
}

fn accepted(request: &HttpRequest) -> Vec<Locale> {
    let ranked = AcceptLanguage::parse(request).map(|accepted| accepted.ranked()).unwrap_or_default();
    let tags = ranked.into_iter().filter_map(|preference| match preference {
        Preference::Specific(tag) => Locale::parse(tag.as_str()),
        Preference::Any => None,
    });
    tags.collect()
}
