//! Lists: a table with headings for people, JSON for programs.

use std::fmt::Write as _;

use clap::Args;
use serde_json::{Map, Value};

use crate::domain::text::shown;

/// How a list is printed.
#[derive(Args)]
pub(super) struct Format {
    /// Print JSON, one object on each line, instead of a table.
    #[arg(long)]
    pub(super) json: bool,
}

/// A list. Each column has the name that JSON has for it; its heading is the same in capitals.
pub(super) struct Listing<const N: usize> {
    columns: [&'static str; N],
    rows: Vec<[Value; N]>,
}

impl<const N: usize> Listing<N> {
    pub(super) fn of(columns: [&'static str; N]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row. Null is an empty cell.
    pub(super) fn row(&mut self, row: [Value; N]) {
        self.rows.push(row);
    }

    /// Prints the list. `empty` is what a person reads if nothing is in it, beside the output.
    pub(super) fn print(&self, format: &Format, empty: &str) {
        if format.json {
            print!("{}", self.json());
        } else if self.rows.is_empty() {
            eprintln!("{empty}");
        } else {
            print!("{}", self.table());
        }
    }

    fn json(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            let members =
                self.columns.iter().zip(row).map(|(name, value)| ((*name).to_owned(), value.clone()));
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{}", Value::Object(members.collect::<Map<_, _>>()));
        }
        text
    }

    /// Columns without any value are left out.
    fn table(&self) -> String {
        let is_used = |at: &usize| self.rows.iter().any(|row| !row[*at].is_null());
        let used: Vec<usize> = (0..N).filter(is_used).collect();
        let heads = used.iter().map(|at| self.columns[*at].replace('_', " ").to_uppercase()).collect();
        let row = |row: &[Value; N]| used.iter().map(|at| cell(&row[*at])).collect();
        let lines: Vec<Vec<String>> = std::iter::once(heads).chain(self.rows.iter().map(row)).collect();
        let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..used.len()).map(width).collect();
        let mut text = String::new();
        for line in &lines {
            let padded = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            let _ = writeln!(text, "{}", padded.collect::<Vec<_>>().join("  ").trim_end());
        }
        text
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => shown(text).into_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_a_table_for_people_and_json_for_programs() {
        let mut list = Listing::of(["name", "last_used", "never", "channels"]);
        list.row([json!("first"), json!(null), json!(null), json!(["sms", "voice"])]);
        list.row([json!("a\u{1b}[2J"), json!("2026-01-01T00:00:00Z"), json!(null), json!([])]);
        let table = list.table();
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["NAME", "LAST", "USED", "CHANNELS"]);
        assert_eq!(lines[0].find("LAST"), lines[1].find("-"), "{table}");
        assert!(lines[1].starts_with("first  ") && lines[1].ends_with("sms, voice"), "{table}");
        assert!(!table.contains('\u{1b}'), "{table:?}");
        let json = list.json();
        let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
        assert_eq!(
            first,
            json!({ "name": "first", "last_used": null, "never": null, "channels": ["sms", "voice"] })
        );
    }
}
