//! The filters of a list: a form of its page, sent with GET.

use std::collections::BTreeMap;

use crate::domain::time::Timestamp;

/// The fields of a query, and those that are invalid.
pub(crate) struct Filters {
    fields: BTreeMap<String, String>,
    misread: Vec<&'static str>,
}

impl Filters {
    /// Parses a query string. An empty field counts as absent, and the first of two fields counts.
    pub(crate) fn of(query: &str) -> Self {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if !value.is_empty() {
                fields.entry(name.into_owned()).or_insert_with(|| value.to_owned());
            }
        }
        Self { fields, misread: Vec::new() }
    }

    /// The text of a field, to be shown in it again.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// The value of a field. With an invalid field a list is empty, and the page says so.
    pub(crate) fn read<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.fields.get(name)?;
        let read = parse(text);
        if read.is_none() {
            self.misread.push(name);
        }
        read
    }

    /// Notes that a field means nothing.
    pub(crate) fn refuse(&mut self, name: &'static str) {
        self.misread.push(name);
    }

    /// Whether all fields mean something.
    pub(crate) fn is_clear(&self) -> bool {
        self.misread.is_empty()
    }

    /// What is wrong with the invalid fields, in sentences.
    pub(crate) fn misread(&self) -> Vec<String> {
        let sentence = |name: &&str| match *name {
            "from" | "to" => "This is not a date and time.".to_owned(),
            "cursor" => "This page of the list is not there.".to_owned(),
            name => format!("Unknown {name}."),
        };
        self.misread.iter().map(sentence).collect()
    }

    /// The query of the next page: the same fields and its cursor.
    pub(crate) fn following(&self, cursor: i64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.fields.iter().filter(|(name, _)| *name != "cursor"));
        query.append_pair("cursor", &cursor.to_string()).finish()
    }
}

/// A moment as forms send it, `2026-11-21T08:30`, in UTC; or in the format of RFC 3339.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let seconds = ["", ":00"].into_iter().find_map(|end| Timestamp::parse(&format!("{text}{end}Z")));
    seconds.or_else(|| Timestamp::parse(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_what_means_nothing_is_named() {
        let mut filters = Filters::of("event=minted&tenant=&limit=x&event=sent&who=%20a%26b%20");
        assert_eq!(
            (filters.text("event"), filters.text("tenant"), filters.text("who")),
            ("minted", "", "a&b")
        );
        assert_eq!(filters.read("limit", |text| text.parse::<u8>().ok()), None);
        assert_eq!(filters.read("tenant", |text| text.parse::<u8>().ok()), None);
        assert_eq!(filters.misread(), ["Unknown limit."]);
        assert!(!filters.is_clear());
    }

    #[test]
    fn the_page_that_follows_is_asked_for_with_the_same_fields() {
        let filters = Filters::of("who=a%26b&cursor=9");
        assert_eq!(filters.following(-5), "who=a%26b&cursor=-5");
    }

    #[test]
    fn moments_are_meant_in_utc_unless_they_say_more() {
        let read = ["2026-11-21T08:30", "2026-11-21T08:30:00", "2026-11-21T09:30:00+01:00"].map(moment);
        assert_eq!(read.map(|moment| moment.unwrap().to_string()), ["2026-11-21T08:30:00Z"; 3]);
        for bad in ["", "2026-11-21", "soon", "2026-13-01T00:00"] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
