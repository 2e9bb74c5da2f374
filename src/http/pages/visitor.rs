//! The visitor of a page: the languages, and the last action.

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header, Preference};

use crate::domain::locale::Locale;
use crate::domain::web_origin::WebOrigin;

use super::flash::Flash;

/// The header in which the browser says where the content goes; a page by itself is a `document`
/// (<https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-dest-header>).
const FETCH_DEST: &str = "sec-fetch-dest";

/// What the address and the browser say about a visitor.
#[derive(Clone, Default, Debug)]
pub(crate) struct Visitor {
    /// The language in the address.
    lang: Option<Locale>,
    /// The languages that the browser prefers, best first.
    accepted: Vec<Locale>,
    /// The origin that claims to embed the page. Anybody can claim it: it counts if it is on the tenant's list.
    pub(crate) embedder: Option<WebOrigin>,
    /// The result of the last form.
    pub(crate) flash: Option<Flash>,
}

impl Visitor {
    /// Reads a request. Unknown parts are ignored: programs that show mails add parameters to links.
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

    /// The languages in order of preference; `own` is that of the challenge, and `tenants` that of its tenant, for
    /// visitors whose browsers say nothing that is known.
    pub(crate) fn locales(
        &self,
        own: Option<&Locale>,
        tenants: Option<&Locale>,
    ) -> impl Iterator<Item = Locale> {
        let chosen = self.lang.iter().chain(own).chain(&self.accepted).chain(tenants);
        let chosen = chosen.cloned().collect::<Vec<_>>();
        chosen.into_iter()
    }

    /// The path of the page with this key, or of one of its forms, in the same language and frame.
    pub(crate) fn path(&self, key: &str, form: &str, flash: Option<Flash>) -> String {
        self.path_below("/c", key, form, flash)
    }

    /// The same for pages below `root`.
    pub(crate) fn path_below(&self, root: &str, key: &str, form: &str, flash: Option<Flash>) -> String {
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
        // An invalid key may have any characters.
        let key: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
        match query.finish() {
            query if query.is_empty() => format!("{root}/{key}{form}"),
            query => format!("{root}/{key}{form}?{query}"),
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
