//! Tables and rows, as a copy reads them.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::store::copy::{Found, Problem, Reading, Table, TakeTuple, TupleWriter};

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

/// Returns the tables to copy.
pub(super) fn tables(connection: &Connection) -> Result<Vec<Table>, Problem> {
    let sql = "SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
               WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid";
    let mut query = connection.prepare(sql)?;
    let found = query.query_map([], |row| {
        Ok(Found { table: row.get(0)?, column: row.get(1)?, kind: row.get(2)?, place: row.get(3)? })
    })?;
    Ok(Table::copied(found.collect::<rusqlite::Result<_>>()?)?)
}

/// Gives the rows of a table.
pub(super) fn read(
    connection: &Connection,
    table: &Table,
    reading: Reading,
    each: TakeTuple<'_>,
) -> Result<(), Problem> {
    let mut query = connection.prepare(&table.select(reading))?;
    let mut rows = query.query([])?;
    let mut writer = TupleWriter::default();
    while let Some(row) = rows.next()? {
        writer.begin(table.columns.len());
        for (place, column) in table.columns.iter().enumerate() {
            match row.get_ref(place)? {
                ValueRef::Null => writer.null(),
                ValueRef::Integer(number) => writer.number(number),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => writer.value(bytes),
                ValueRef::Real(_) => {
                    return Err(format!("{}.{} has a fraction", table.name, column.name).into());
                }
            }
        }
        each(writer.tuple())?;
    }
    Ok(())
}
