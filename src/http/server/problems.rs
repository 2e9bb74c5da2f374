//! What a `code` means and what to do about it, for people: the `type` of a problem leads here.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::fallback;

/// The one table: the same text as in the documentation, a section for each code.
const DOCUMENT: &str = include_str!("../../../docs/problems.md");

/// `GET /problems/{code}`: the section of the code, as plain text.
pub(crate) async fn explain(request: HttpRequest, code: Path<String>) -> HttpResponse {
    match section(&code) {
        None => fallback::not_found(request).await,
        Some(text) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text),
    }
}

/// The heading of a code and what stands below it.
fn section(code: &str) -> Option<&'static str> {
    let mut sections = DOCUMENT.split("\n## ").skip(1);
    sections.find(|section| section.lines().next() == Some(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_found_by_its_whole_code() {
        let found = section("code_mismatch").unwrap();
        assert!(found.starts_with("code_mismatch\n\n") && !found.contains("## "), "{found}");
        for unknown in ["", "code", "Problems", "code_mismatch\n"] {
            assert!(section(unknown).is_none(), "{unknown:?}");
        }
    }
}
