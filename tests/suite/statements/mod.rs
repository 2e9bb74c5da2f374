//! The statements of the verbs, as a second engine will need them: every one is valid for PostgreSQL.
//!
//! A statement may be put together while the server runs, so the texts are recorded from the story of the store,
//! which a second process of this program tells; the source shows that none of them is missing.

mod recorded;
mod schema;
mod written;

use std::collections::BTreeSet;

use crate::support::lab::need;
use crate::support::postgres::server::Server;

pub use recorded::record;

/// The oldest version of PostgreSQL that is to be supported is 15.
#[test]
fn postgresql_accepts_every_statement_of_the_verbs() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let session = schema.session();
    let created = session.refused(schema::for_postgres().iter().map(String::as_str));
    assert!(created.is_empty(), "the tables: {created:#?}");
    let texts = recorded::from_the_story_of_the_store();
    assert_none("no test of the store reaches the verb", written::missing_in(&texts));

    let foreign = session.refused(["PREPARE one AS SELECT ifnull(name, '') FROM tenants"]);
    assert!(foreign[0].contains("ifnull"), "a statement that is only SQLite's is refused");
    let script: Vec<String> = texts.iter().enumerate().map(prepare).collect();
    let refused = session.refused(script.iter().map(String::as_str));
    assert!(refused.is_empty(), "PostgreSQL refuses {refused:#?}");
}

/// Statements that must be found by an index however many rows there are: how each begins, and the index.
const INDEXED: [(&str, &str); 1] =
    [("SELECT DISTINCT challenge FROM deliveries WHERE", "deliveries_recipient")];

#[test]
fn postgresql_finds_what_belongs_to_one_by_an_index() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let session = schema.session();
    assert!(session.refused(schema::for_postgres().iter().map(String::as_str)).is_empty());
    let texts = written::all();
    for (start, index) in INDEXED {
        let text = texts.iter().find(|text| text.starts_with(start)).expect("a statement of the store");
        let nulls = vec!["NULL"; text.matches('?').count()].join(", ");
        // Empty tables are read from end to end unless that is forbidden; and a plan for any values is asked for.
        let settings = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
        let explained = format!("{settings}; {}; EXPLAIN EXECUTE s0({nulls})", prepare((0, text)));
        let plan: Vec<_> = session.run(&explained).into_iter().flatten().flatten().collect();
        assert!(plan.iter().any(|line| line.contains(index)), "{plan:#?}");
    }
}

/// The statement with the parameters of PostgreSQL: `$1` for `?1`.
fn prepare((number, text): (usize, &String)) -> String {
    format!("PREPARE s{number} AS {}", text.replace('?', "$"))
}

#[track_caller]
fn assert_none(what: &str, broken: BTreeSet<String>) {
    assert!(broken.is_empty(), "{what}:\n{}", broken.into_iter().collect::<Vec<_>>().join("\n"));
}
