//! New rows as large as those of otpmint, whatever their columns.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// A template for new rows.
pub(crate) struct Mold {
    insert: String,
    columns: Vec<String>,
    values: Vec<Value>,
}

impl Mold {
    /// From a row of `table` for which `condition` holds.
    pub(crate) fn of(connection: &Connection, table: &str, condition: &str) -> rusqlite::Result<Self> {
        let mut query = connection.prepare(&format!("SELECT * FROM {table} WHERE {condition} LIMIT 1"))?;
        let columns: Vec<_> = query.column_names().into_iter().map(str::to_owned).collect();
        let values = query.query_row([], |row| (0..columns.len()).map(|at| row.get(at)).collect())?;
        let places = vec!["?"; columns.len()].join(", ");
        let insert = format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "));
        Ok(Self { insert, columns, values })
    }

    /// Inserts a row with these values in these columns.
    pub(crate) fn cast(&self, connection: &Connection, changes: &[(&str, Value)]) -> rusqlite::Result<()> {
        let change =
            |column: &String| changes.iter().find(|(name, _)| name == column).map(|(_, value)| value);
        let row = self.columns.iter().zip(&self.values).map(|(name, value)| change(name).unwrap_or(value));
        connection.prepare_cached(&self.insert)?.execute(params_from_iter(row)).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_like_the_first_but_for_its_changes() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB)").unwrap();
        connection.execute("INSERT INTO t VALUES (7, 'a', x'01')", []).unwrap();
        let mold = Mold::of(&connection, "t", "id = 7").unwrap();
        mold.cast(&connection, &[("id", Value::Null), ("a", Value::Text("c".to_owned()))]).unwrap();
        let query = "SELECT a, b FROM t WHERE id = 8";
        let row = connection.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)));
        assert_eq!(row, Ok(("c".to_owned(), vec![1_u8])));
    }
}
