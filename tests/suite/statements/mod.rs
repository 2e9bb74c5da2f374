//! The statements of the verbs, as a second engine will need them: every one is valid for PostgreSQL.
//!
//! A statement may be put together while the server runs, so the texts are recorded from the story of the store,
//! which a second process of this program tells; the source shows that none of them is missing.

mod recorded;
mod schema;
mod written;

use std::collections::BTreeSet;

use crate::support::lab::need;
use crate::support::postgres::Postgres;

pub use recorded::record;

/// The oldest version of PostgreSQL that is to be supported is 15.
#[test]
fn postgresql_accepts_every_statement_of_the_verbs() {
    let Some(postgres) = need(Postgres::create()) else { return };
    let created = postgres.run(schema::for_postgres().iter().map(String::as_str));
    assert_eq!(created.errors, "", "the tables");
    let texts = recorded::from_the_story_of_the_store();
    assert_none("no test of the store reaches the verb", written::missing_in(&texts));

    let foreign = postgres.run(["PREPARE one AS SELECT ifnull(name, '') FROM tenants"]);
    assert!(foreign.errors.contains("ifnull"), "a statement that is only SQLite's is refused");
    let mut script: Vec<String> = texts.iter().enumerate().map(prepare).collect();
    script.push("SELECT count(*) AS prepared FROM pg_prepared_statements".to_owned());
    let told = postgres.run(script.iter().map(String::as_str));
    assert_eq!(told.errors, "", "PostgreSQL refuses");
    assert!(told.rows.contains(&format!("prepared = \"{}\"", texts.len())), "{}", told.rows);
}

/// The statement with the parameters of PostgreSQL: `$1` for `?1`.
fn prepare((number, text): (usize, &String)) -> String {
    format!("PREPARE s{number} AS {}", text.replace('?', "$"))
}

#[track_caller]
fn assert_none(what: &str, broken: BTreeSet<String>) {
    assert!(broken.is_empty(), "{what}:\n{}", broken.into_iter().collect::<Vec<_>>().join("\n"));
}
