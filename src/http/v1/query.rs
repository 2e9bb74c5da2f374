//! Query parameters, parsed as strictly as bodies: unknown, duplicate and invalid parameters are errors that
//! name the parameter.

use std::collections::BTreeMap;

use actix_web::HttpRequest;

use super::error::V1Error;

/// The parameters of a query, each at most once.
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    /// Parses the query of a request that accepts these parameters.
    pub(crate) fn of(request: &HttpRequest, known: &[&str]) -> Result<Self, V1Error> {
        let mut found = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            if !known.contains(&&*name) {
                let known = known.join(", ");
                return Err(V1Error::parameter(name, format!("there is no such parameter, only {known}")));
            }
            if found.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(V1Error::parameter(name, "occurs twice"));
            }
        }
        Ok(Self(found))
    }

    /// A parameter as it was sent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parsed parameter; `form` describes what is valid.
    pub(crate) fn parsed<T>(
        &self,
        name: &str,
        form: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, V1Error> {
        let wrong = || V1Error::parameter(name, form);
        self.text(name).map(|text| parse(text).ok_or_else(wrong)).transpose()
    }

    /// The length of a page.
    pub(crate) fn limit(&self) -> Result<usize, V1Error> {
        self.limit_up_to(MAX_LIMIT, USUAL_LIMIT)
    }

    /// The length of a page with limits of its own.
    pub(crate) fn limit_up_to(&self, most: usize, usual: usize) -> Result<usize, V1Error> {
        let parse = |text: &str| text.parse().ok().filter(|limit| (1..=most).contains(limit));
        Ok(self.parsed("limit", &format!("a number from 1 to {most}"), parse)?.unwrap_or(usual))
    }

    /// The same query for the page that begins at `cursor`.
    pub(crate) fn onward(&self, path: &str, cursor: &str) -> String {
        let kept = self.0.iter().filter(|(name, _)| *name != "cursor");
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair("cursor", cursor);
        format!("{path}?{}", query.finish())
    }
}

/// The longest page.
pub(crate) const MAX_LIMIT: usize = 500;

/// The length of a page where none is asked for.
pub(crate) const USUAL_LIMIT: usize = 50;

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::http::v1::error::Occurrence;

    fn query(text: &str) -> Result<Query, String> {
        let request = TestRequest::with_uri(&format!("/x?{text}")).to_http_request();
        let wrong =
            |error: V1Error| serde_json::json!(error.body(Occurrence::EXAMPLE))["errors"][0].to_string();
        Query::of(&request, &["from", "limit", "cursor"]).map_err(wrong)
    }

    #[test]
    fn a_query_is_read_strictly() {
        let read = query("from=a%20b+c&limit=7").unwrap();
        assert_eq!((read.text("from"), read.limit().unwrap()), (Some("a b c"), 7));
        assert_eq!(query("").unwrap().limit().unwrap(), 50);
        for (text, wrong) in [
            (
                "form=1",
                r#"{"detail":"there is no such parameter, only from, limit, cursor","parameter":"form"}"#,
            ),
            ("from=1&from=1", r#"{"detail":"occurs twice","parameter":"from"}"#),
        ] {
            assert_eq!(query(text).err().as_deref(), Some(wrong));
        }
        for bad in ["0", "501", "-1", "1.5", "", "x"] {
            assert!(query(&format!("limit={bad}")).unwrap().limit().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_next_page_is_asked_for_alike() {
        let read = query("limit=2&from=2026-01-01T00%3A00%3A00%2B01%3A00&cursor=old").unwrap();
        let onward = read.onward("/v1/x", "new");
        assert_eq!(onward, "/v1/x?from=2026-01-01T00%3A00%3A00%2B01%3A00&limit=2&cursor=new");
    }
}
