//! Rows as CSV (RFC 4180), for spreadsheets.

use csv::{Terminator, WriterBuilder};

/// A table with these column names.
pub(crate) fn table<const N: usize>(names: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(names);
    for row in rows {
        let _ = writer.write_record(row.map(harmless));
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
        let text = table(["one", "two"], rows.into_iter().map(|row| row.map(str::to_owned)));
        assert_eq!(text, "one,two\r\n'=1+1,\"a,b\"\r\n\"'+\"\"x\"\"\",\"'@me\r\n\"\r\n'-1,plain\r\n");
    }
}
