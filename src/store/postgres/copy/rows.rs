//! Tables and rows, as a copy reads them.

use tokio_postgres::Error;

use crate::store::copy::{Found, Problem, Reading, Splitter, Table, TakeTuple};
use crate::store::sql::failed::Failed;

use super::line::Line;
use super::stream::Outgoing;

/// Returns the tables to copy.
pub(super) fn tables(line: &Line) -> Result<Vec<Table>, Problem> {
    let sql = "SELECT t.relname::text, c.attname::text, format_type(c.atttypid, NULL), \
        coalesce(array_position(string_to_array(i.indkey::text, ' '), c.attnum::text), 0)::bigint \
        FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped \
        LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary \
        WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r' \
        ORDER BY t.relname, c.attnum";
    let client = &line.session.wire.client;
    let mut found = Vec::new();
    for row in line.wait(client.query(sql, &[]))? {
        let column = || -> Result<Found, Error> {
            Ok(Found {
                table: row.try_get(0)?,
                column: row.try_get(1)?,
                kind: row.try_get(2)?,
                place: row.try_get(3)?,
            })
        };
        found.push(column().map_err(Failed::from)?);
    }
    Ok(Table::copied(found)?)
}

/// Gives the rows of a table.
pub(super) fn read(line: &Line, table: &Table, reading: Reading, each: TakeTuple<'_>) -> Result<(), Problem> {
    let sql = format!("COPY ({}) TO STDOUT (FORMAT binary)", table.select(reading));
    let (mut stream, mut splitter) = (Outgoing::begin(line, &sql)?, Splitter::default());
    loop {
        let pieces = stream.next(line)?;
        if pieces.is_empty() {
            break;
        }
        for piece in pieces {
            splitter.take(&piece, each)?;
        }
    }
    if splitter.has_ended() { Ok(()) } else { Err("the rows break off".into()) }
}
