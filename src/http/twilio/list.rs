//! Lists: a page of them, and where the others are.

use actix_web::HttpRequest;
use serde_json::{Value, json};

use crate::http::state::AppState;

use super::base_url;
use super::error::TwilioError;
use super::form::Form;

/// The number of entries of a page if none is wished.
const USUAL_SIZE: usize = 50;
/// The most entries of a page.
const MAX_SIZE: usize = 1_000;
/// The last page that can be asked for.
const MAX_PAGE: usize = 100_000;

/// Returns the page that a request asks for, of all entries.
pub(super) fn page(
    state: &AppState,
    request: &HttpRequest,
    key: &str,
    all: Vec<Value>,
) -> Result<Value, TwilioError> {
    filtered(state, request, (key, &[]), all)
}

/// Returns the page that a request asks for, of all entries that pass its filters. The other pages have them too.
pub(super) fn filtered(
    state: &AppState,
    request: &HttpRequest,
    (key, filters): (&str, &[&str]),
    all: Vec<Value>,
) -> Result<Value, TwilioError> {
    let mut query = Form::parse(request.query_string().as_bytes());
    let number = |text: &str| text.parse::<usize>().ok();
    let size = query.parsed("PageSize", "a number from 1 to 1000", |text| {
        number(text).filter(|size| (1..=MAX_SIZE).contains(size))
    })?;
    let page = query.parsed("Page", "a number", |text| number(text).filter(|page| *page <= MAX_PAGE))?;
    let (size, page) = (size.unwrap_or(USUAL_SIZE), page.unwrap_or(0));
    // The number says where the page is.
    query.take("PageToken")?;
    let mut kept = String::new();
    for name in filters {
        if let Some(value) = query.take(name)? {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            kept.push_str(&format!("&{name}={value}"));
        }
    }
    query.end()?;
    let path = request.path().strip_prefix(base_url::ROOT).unwrap_or(request.path());
    let base = base_url::of(state, request);
    let url = |page: usize| format!("{base}{path}?PageSize={size}&Page={page}{kept}");
    let has_next = all.len() > (page + 1) * size;
    let shown: Vec<Value> = all.into_iter().skip(page * size).take(size).collect();
    Ok(json!({
        "meta": {
            "page": page,
            "page_size": size,
            "first_page_url": url(0),
            "previous_page_url": page.checked_sub(1).map(url),
            "url": url(page),
            "next_page_url": has_next.then(|| url(page + 1)),
            "key": key,
        },
        key: shown,
    }))
}
