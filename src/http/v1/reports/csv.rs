//! Rows as CSV (RFC 4180), for spreadsheets.

use actix_web::http::header::{Accept, CONTENT_DISPOSITION, Header, Quality};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use csv::{Terminator, WriterBuilder};
use serde_json::{Value, json};

pub(crate) const CSV: &str = "text/csv";

/// Whether the caller prefers CSV to JSON.
pub(crate) fn is_wanted(request: &HttpRequest) -> bool {
    let Ok(Accept(items)) = Accept::parse(request) else { return false };
    let quality = |name: &str| {
        let offered = items.iter().filter(|item| item.item.essence_str() == name);
        offered.map(|item| item.quality).filter(|quality| *quality > Quality::ZERO).max()
    };
    quality(CSV) > quality("application/json")
}

/// Answers with a table, which browsers save under this name.
pub(crate) fn answer(mut answer: HttpResponseBuilder, file: &str, table: String) -> HttpResponse {
    answer
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{file}.csv\"")))
        .content_type("text/csv; charset=utf-8; header=present")
        .body(table)
}

/// The schema of a table.
pub(crate) fn schema(columns: &str) -> Value {
    json!({ "type": "string", "description": format!("A table with a column for each {columns}.") })
}

/// A table with these column names.
pub(crate) fn table(names: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(names);
    for row in rows {
        let _ = writer.write_record(row.into_iter().map(harmless));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A cell that no spreadsheet interprets as a formula: text that begins like one gets an apostrophe.
fn harmless(cell: String) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_never_formulas() {
        let rows = [["=1+1", "a,b"], ["+\"x\"", "@me\r\n"], ["-1", "plain"]];
        let text = table(&["one", "two"], rows.into_iter().map(|row| row.map(str::to_owned).to_vec()));
        assert_eq!(text, "one,two\r\n'=1+1,\"a,b\"\r\n\"'+\"\"x\"\"\",\"'@me\r\n\"\r\n'-1,plain\r\n");
    }
}
