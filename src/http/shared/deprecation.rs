//! Operations that will go, and how whoever calls them learns of it: in the answer itself (`Deprecation`, RFC 9745;
//! `Sunset`, RFC 8594) and in the description, which names what to use instead. The rules are in docs/versioning.md.

use std::time::{Duration, UNIX_EPOCH};

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, HttpDate, LINK};
use actix_web::middleware::Next;
use serde_json::{Value, json};

/// An operation that will go.
#[derive(Clone, Copy, Debug)]
pub struct Deprecated {
    /// In upper case.
    pub method: &'static str,
    /// As in the description: parameters in braces.
    pub path: &'static str,
    /// Since when it is, in seconds since 1970.
    pub since: u32,
    /// From when on it may be gone, in seconds since 1970; at least a year after `since`.
    pub until: u32,
    /// The operation to use instead, such as `GET /v1/new`.
    pub instead: &'static str,
}

/// What is deprecated in this version.
pub static DEPRECATED: &[Deprecated] = &[];

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Where the description is to be read.
const ABOUT: &str = "</docs/>; rel=\"deprecation\"; type=\"text/html\"";

/// Tells callers of the operations in `table` that these will go, whatever the answer.
pub async fn announce(
    table: &'static [Deprecated],
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    if !table.is_empty() {
        let (method, path) = (response.request().method().as_str(), response.request().match_pattern());
        let called = |entry: &&Deprecated| entry.method == method && path.as_deref() == Some(entry.path);
        if let Some(entry) = table.iter().find(called) {
            add_headers(response.headers_mut(), entry);
        }
    }
    Ok(response)
}

fn add_headers(headers: &mut HeaderMap, entry: &Deprecated) {
    let gone = HttpDate::from(UNIX_EPOCH + Duration::from_secs(entry.until.into()));
    for (name, text) in
        [(DEPRECATION, format!("@{}", entry.since)), (SUNSET, gone.to_string()), (LINK, ABOUT.to_owned())]
    {
        // Digits, dates and a constant always are header values.
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.append(name, value);
        }
    }
}

/// Marks the operations in `table` among the paths of the description.
pub(crate) fn describe(table: &[Deprecated], paths: &mut Value) {
    for entry in table {
        let operation = &mut paths[entry.path][entry.method.to_ascii_lowercase()];
        operation["deprecated"] = json!(true);
        let about = operation["description"].as_str().unwrap_or_default();
        operation["description"] = json!(format!("**Deprecated: use `{}`.** {about}", entry.instead));
        let responses = operation["responses"].as_object_mut();
        for response in responses.into_iter().flat_map(|all| all.values_mut()) {
            for (name, description, pattern) in [
                ("Deprecation", "Since when the operation is deprecated (RFC 9745).", "^@[0-9]+$"),
                ("Sunset", "From when on it may be gone (RFC 8594).", "GMT$"),
                ("Link", "Where this is described.", "; rel=\"deprecation\""),
            ] {
                let schema = json!({ "type": "string", "pattern": pattern, "maxLength": 200 });
                response["headers"][name] = json!({ "description": description, "schema": schema });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deprecated_operation_says_so_in_the_description_too() {
        let old = Deprecated { method: "GET", path: "/v1/old", since: 0, until: 1, instead: "GET /v1/new" };
        let mut paths = json!({ "/v1/old": {
            "get": { "description": "It was good.", "responses": { "200": { "description": "It is there.", "headers": {} } } },
            "post": { "responses": {} },
        } });
        describe(&[old], &mut paths);
        assert_eq!(paths["/v1/old"]["get"]["deprecated"], true);
        let headers = &paths["/v1/old"]["get"]["responses"]["200"]["headers"];
        assert!(["Deprecation", "Sunset", "Link"].iter().all(|name| headers[name]["schema"].is_object()));
        assert_eq!(paths["/v1/old"]["get"]["description"], "**Deprecated: use `GET /v1/new`.** It was good.");
        assert!(paths["/v1/old"]["post"].get("deprecated").is_none());
    }
}
