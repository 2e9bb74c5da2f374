//! Tables, and how their rows are asked for: the same statement on every engine.

use crate::domain::time::Timestamp;

/// What belongs to the programs that run on a store, and not to what is stored.
const NOT_COPIED: [&str; 3] = ["nodes", "writers", "leases"];

/// What is not part of a backup either: it ends with the store that it was made of. Whoever restores one signs in
/// anew, shows the operator token of the new place, which gets certificates of its own, and makes named tokens anew: one
/// that was revoked after the backup must not come back.
const NOT_BACKED_UP: [&str; 8] = [
    "acme",
    "operator_tokens",
    "sessions",
    "setup_links",
    "idempotency",
    "results",
    "factor_results",
    "fallbacks",
];

/// The table that others refer to.
const REFERRED_TO: &str = "tenants";

/// Facts about a store; some are about this one place.
const META: &str = "meta";

/// The condition for the rows of `meta` that are not about one place.
const OF_EVERY_PLACE: &str = "key NOT IN ('application', 'schema_version', 'schema_waiting', 'least_version', \
                              'probe', 'moved_to', 'copying')";

/// What no node holds any more: column by column, what becomes of it. Messages in hand are due again, and may
/// have left already.
const RELEASED: [(&str, &str, &str); 6] = [
    ("outbox", "holder", "CAST(NULL AS BIGINT)"),
    ("outbox", "due_at", "coalesce(due_at, {now})"),
    ("outbox", "unconfirmed", "CASE WHEN due_at IS NULL THEN unconfirmed + 1 ELSE unconfirmed END"),
    ("webhooks", "holder", "CAST(NULL AS BIGINT)"),
    ("idempotency", "holder", "CAST(NULL AS BIGINT)"),
    ("idempotency", "held_until", "CAST(NULL AS BIGINT)"),
];

/// A table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The columns of its primary key, in their order.
    key: Vec<String>,
}

/// A column.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub kind: Kind,
}

/// What is in a column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// 64 bits.
    Number,
    /// UTF-8.
    Text,
    /// Bytes.
    Bytes,
}

impl Kind {
    /// The word for it in a backup.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "bigint",
            Self::Text => "text",
            Self::Bytes => "bytea",
        }
    }

    /// Parses the type of a column, as either engine names it.
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "integer" | "bigint" => Some(Self::Number),
            "text" => Some(Self::Text),
            "blob" | "bytea" => Some(Self::Bytes),
            _ => None,
        }
    }
}

/// A column as an engine lists it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Its type.
    pub kind: String,
    /// Its place in the primary key, from 1; 0 if it is not part of it.
    pub place: i64,
}

/// What of a table is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// Everything as it is.
    Plain,
    /// As if its nodes had released at this moment what they held.
    Released(Timestamp),
}

impl Table {
    /// Returns the tables that are copied, from the columns of all tables, listed table by table. Those that
    /// others refer to come first. Names a column that cannot be copied.
    pub fn copied(found: Vec<Found>) -> Result<Vec<Self>, String> {
        let mut tables: Vec<(Self, Vec<(i64, String)>)> = Vec::new();
        for Found { table, column, kind, place } in found {
            if NOT_COPIED.contains(&table.as_str()) {
                continue;
            }
            let parsed = Kind::parse(&kind).ok_or_else(|| format!("{table}.{column} is of type {kind}"))?;
            if tables.last().is_none_or(|(last, _)| last.name != table) {
                tables.push((Self { name: table, columns: Vec::new(), key: Vec::new() }, Vec::new()));
            }
            let Some((last, key)) = tables.last_mut() else { continue };
            if place > 0 {
                key.push((place, column.clone()));
            }
            last.columns.push(Column { name: column, kind: parsed });
        }
        let with_key = |(table, mut key): (Self, Vec<(i64, String)>)| {
            key.sort();
            Self { key: key.into_iter().map(|(_, column)| column).collect(), ..table }
        };
        let mut tables: Vec<Self> = tables.into_iter().map(with_key).collect();
        tables.sort_by_key(|table| (table.name != REFERRED_TO, table.name == META, table.name.clone()));
        Ok(tables)
    }

    /// Returns a table with these columns, and those of its primary key in their order.
    pub fn of(name: String, columns: Vec<Column>, key: Vec<String>) -> Self {
        Self { name, columns, key }
    }

    /// Returns the columns of the primary key, in their order.
    pub fn key(&self) -> &[String] {
        &self.key
    }

    /// Returns whether a backup has its rows.
    pub fn is_backed_up(&self) -> bool {
        !NOT_BACKED_UP.contains(&self.name.as_str())
    }

    /// Returns whether another table has the same columns and key, whatever the order of the columns.
    pub fn is_like(&self, other: &Self) -> bool {
        let sorted = |table: &Self| {
            let mut columns = table.columns.clone();
            columns.sort();
            columns
        };
        self.name == other.name && self.key == other.key && sorted(self) == sorted(other)
    }

    /// Returns whether all rows belong to the copy, so that the table may be emptied before.
    pub fn is_whole(&self) -> bool {
        self.name != META
    }

    /// Returns the columns for a statement.
    pub fn list(&self) -> String {
        self.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
    }

    /// Returns the query for the rows, in the order of the primary key.
    pub fn select(&self, reading: Reading) -> String {
        let columns: Vec<String> =
            self.columns.iter().map(|column| self.expression(&column.name, reading)).collect();
        let key: Vec<String> = self.key.iter().map(|column| quoted(column)).collect();
        let (columns, name, key) = (columns.join(", "), quoted(&self.name), key.join(", "));
        format!("SELECT {columns} FROM {name} WHERE {} ORDER BY {key}", self.condition())
    }

    /// Returns the statement that removes what a copy brings.
    pub fn clear(&self) -> String {
        format!("DELETE FROM {} WHERE {}", quoted(&self.name), self.condition())
    }

    fn condition(&self) -> &'static str {
        if self.is_whole() { "1 = 1" } else { OF_EVERY_PLACE }
    }

    fn expression(&self, column: &str, reading: Reading) -> String {
        let name = quoted(column);
        let Reading::Released(now) = reading else { return name };
        let released = RELEASED.iter().find(|(table, of, _)| (*table, *of) == (&self.name, column));
        match released {
            Some((.., expression)) => {
                format!("{} AS {name}", expression.replace("{now}", &now.as_millis().to_string()))
            }
            None => name,
        }
    }
}

/// Why a store is not filled in which something is stored.
pub const USED: &str = "something is stored there already: name another place";

/// Returns the condition that nothing is stored yet in any of these tables, as a query for a number: 1 if so.
pub fn is_empty(tables: &[Table]) -> String {
    let has_rows =
        |table: &Table| format!("EXISTS (SELECT 1 FROM {} WHERE {})", quoted(&table.name), table.condition());
    let any: Vec<String> = tables.iter().map(has_rows).collect();
    format!("SELECT CASE WHEN {} THEN 0 ELSE 1 END", any.join(" OR "))
}

/// Returns the name of a table or a column for a statement.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(table: &str, column: &str, kind: &str, place: i64) -> Found {
        let owned = str::to_owned;
        Found { table: owned(table), column: owned(column), kind: owned(kind), place }
    }

    #[test]
    fn the_key_orders_the_rows_whatever_the_order_of_the_columns() {
        let columns =
            vec![found("t", "b", "TEXT", 2), found("t", "c", "BLOB", 0), found("t", "a", "INTEGER", 1)];
        let [table] = &Table::copied(columns).unwrap()[..] else { panic!("one table") };
        assert_eq!(
            table.select(Reading::Plain),
            r#"SELECT "b", "c", "a" FROM "t" WHERE 1 = 1 ORDER BY "a", "b""#
        );
        let elsewhere =
            vec![found("t", "a", "bigint", 1), found("t", "b", "text", 2), found("t", "c", "bytea", 0)];
        assert!(table.is_like(&Table::copied(elsewhere).unwrap()[0]));
        let other_key =
            vec![found("t", "a", "bigint", 2), found("t", "b", "text", 1), found("t", "c", "bytea", 0)];
        assert!(!table.is_like(&Table::copied(other_key).unwrap()[0]));
        assert!(Table::copied(vec![found("t", "a", "real", 1)]).is_err());
    }

    #[test]
    fn what_a_node_holds_is_free_in_the_copy_and_its_own_rows_are_not_there() {
        let columns = vec![
            found("meta", "key", "TEXT", 1),
            found("nodes", "number", "INTEGER", 1),
            found("outbox", "challenge", "INTEGER", 1),
            found("outbox", "due_at", "INTEGER", 0),
            found("tenants", "id", "INTEGER", 1),
        ];
        let tables = Table::copied(columns).unwrap();
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["tenants", "outbox", "meta"]);
        let select = tables[1].select(Reading::Released(Timestamp::from_millis(9)));
        assert!(select.contains(r#"coalesce(due_at, 9) AS "due_at""#), "{select}");
        assert!(tables[2].select(Reading::Plain).contains("'moved_to'"));
    }
}
