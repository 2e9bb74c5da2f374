//! The seals of the audit trail: whoever changes the database is found out, whatever they change.

use otpmint::domain::reports::audit_seal::{Checkpoint, TrailBreak};
use otpmint::domain::sub_key::KeyPurpose;
use otpmint::service::TrailReport;

use crate::api::harness::{Database, JANE, TestApp, wrong};

impl TestApp {
    /// Seals what is there, as the server does a minute later.
    pub async fn seal_audit(&self) {
        self.clock.pass_seconds(61);
        self.app().services().seal_audit().await.expect("the store works");
    }

    pub async fn check_audit(&self, checkpoints: &[Checkpoint]) -> TrailReport {
        self.app().services().audit_seals.check(checkpoints).await.expect("the store works")
    }

    pub async fn audit_checkpoint(&self) -> Checkpoint {
        let checkpoint = self.app().services().audit_seals.checkpoint().await;
        checkpoint.expect("the store works").expect("something is sealed")
    }

    /// What does not hold, in a word.
    async fn audit_break(&self, checkpoints: &[Checkpoint]) -> &'static str {
        self.check_audit(checkpoints).await.broken.map_or("holds", TrailBreak::as_str)
    }
}

/// A server with three sealed segments, and two rows that are not sealed.
async fn sealed() -> TestApp {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    for _ in 0..3 {
        let challenge = app.mint(&tenant, JANE).await;
        app.api.verify(&challenge.key, &wrong(&challenge.code)).await;
        app.seal_audit().await;
    }
    let challenge = app.mint(&tenant, JANE).await;
    app.api.verify(&challenge.key, &wrong(&challenge.code)).await;
    app
}

/// The condition for the first row of the trail.
const FIRST: &str = "id = (SELECT min(id) FROM audit)";

fn changes() -> Vec<(String, &'static str)> {
    let first = |set: &str| (format!("UPDATE audit SET {set} WHERE {FIRST}"), "rows_changed");
    let seal = |set: &str, word| (format!("UPDATE audit_seals SET {set} WHERE number = 2"), word);
    let rows_of_second = "id >= (SELECT until FROM audit_seals WHERE number = 1) AND \
                          id < (SELECT until FROM audit_seals WHERE number = 2)";
    vec![
        first("id = id - 1"),
        first("tenant = coalesce(tenant, 0) + 1"),
        first("event = 'verified'"),
        first("challenge = 7"),
        first("recipient = 'e***@e***.com'"),
        first("client_ip = '203.0.113.9'"),
        first("actor = 'operator:eve'"),
        first("object = 'key_eve'"),
        (format!("DELETE FROM audit WHERE {FIRST}"), "rows_missing"),
        ("INSERT INTO audit (id, event) SELECT min(id) - 1, 'minted' FROM audit".to_owned(), "rows_added"),
        (format!("DELETE FROM audit WHERE {rows_of_second}"), "rows_missing"),
        // With their seal; and as if there had never been one.
        (format!("DELETE FROM audit WHERE {rows_of_second}; DELETE FROM audit_seals WHERE number = 2"), "seal_missing"),
        (
            format!(
                "DELETE FROM audit WHERE {rows_of_second}; DELETE FROM audit_seals WHERE number = 2; \
                 UPDATE audit_seals SET number = 2 WHERE number = 3"
            ),
            "seal_changed",
        ),
        // As if the beginning had been kept long enough.
        (
            "DELETE FROM audit WHERE id < (SELECT until FROM audit_seals WHERE number = 1); \
             DELETE FROM audit_seals WHERE number = 1"
                .to_owned(),
            "seal_missing",
        ),
        (
            "UPDATE audit_seals SET start = digest WHERE number = 2; DELETE FROM audit_seals WHERE number = 1"
                .to_owned(),
            "start_changed",
        ),
        seal("start = digest", "seal_changed"),
        seal("until = until + 1", "seal_changed"),
        seal("rows = rows + 1", "seal_changed"),
        seal("content = digest", "seal_changed"),
        seal("digest = content", "seal_changed"),
        seal("at = at + 1", "seal_changed"),
        seal("key = 9", "key_unknown"),
    ]
}

#[tokio::test]
async fn whatever_is_changed_in_what_is_sealed_is_found() {
    let app = sealed().await;
    let report = app.check_audit(&[app.audit_checkpoint().await]).await;
    assert_eq!((report.broken, report.segments, report.unsealed), (None, 3, 2));
    assert!(report.rows >= 7, "{report:?}");
    let database = app.database();
    database.change(
        "CREATE TABLE kept_rows AS SELECT * FROM audit; CREATE TABLE kept_seals AS SELECT * FROM audit_seals",
    );
    let back = "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept_rows; \
                DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM kept_seals";
    for (change, word) in changes() {
        database.change(&change);
        assert_eq!(app.audit_break(&[]).await, word, "{change}");
        database.change(back);
    }
    assert_eq!(app.check_audit(&[]).await, report);
}

/// Removes everything from the last seal on.
fn cut(database: &Database) {
    database.change(
        "DELETE FROM audit WHERE id >= (SELECT until FROM audit_seals WHERE number = 2); \
         DELETE FROM audit_seals WHERE number = 3",
    );
}

#[tokio::test]
async fn a_checkpoint_shows_that_the_end_was_cut_off_or_that_all_of_it_was_made_anew() {
    let app = sealed().await;
    let checkpoint = app.audit_checkpoint().await;
    assert_eq!(checkpoint.number, 3);
    let tenant = app.tenant().await;
    let line = checkpoint.to_string();
    assert_eq!(Checkpoint::parse(&line), Some(checkpoint));
    cut(&app.database());
    assert_eq!(app.audit_break(&[]).await, "holds", "nothing in the database says that there was more");
    assert_eq!(app.audit_break(&[checkpoint]).await, "cut");
    // The server goes on, and the next segment has the number of the former one.
    app.mint(&tenant, JANE).await;
    app.seal_audit().await;
    assert_eq!(app.audit_checkpoint().await.number, 3);
    assert_eq!(
        (app.audit_break(&[]).await, app.audit_break(&[checkpoint]).await),
        ("holds", "checkpoint_differs")
    );
    // Even with the key.
    let database = app.database();
    database.change("UPDATE audit SET client_ip = NULL; DELETE FROM audit_seals");
    for _ in 0..3 {
        app.mint(&tenant, JANE).await;
        app.seal_audit().await;
    }
    assert_eq!(
        (app.audit_break(&[]).await, app.audit_break(&[checkpoint]).await),
        ("holds", "checkpoint_differs")
    );
}

#[tokio::test]
async fn the_trail_holds_after_its_first_rows_were_kept_long_enough() {
    let app = sealed().await;
    let first = app.audit_checkpoint().await;
    let count = || app.database().number("SELECT count(*) FROM audit");
    let rows = count();
    app.clock.pass_seconds(89 * 86_400);
    app.seal_audit().await;
    app.sweep().await;
    assert_eq!(count(), rows, "not yet");
    let fourth = app.audit_checkpoint().await;
    let tenant = app.tenant().await;
    app.clock.pass_seconds(86_400);
    app.mint(&tenant, JANE).await;
    app.seal_audit().await;
    app.sweep().await;
    assert!(count() < rows, "of {rows} rows {} are left", count());
    let report = app.check_audit(&[fourth]).await;
    assert_eq!((report.broken, report.start), (None, Some(fourth)), "{report:?}");
    assert_eq!(app.database().number("SELECT min(number) FROM audit_seals"), 4);
    let outdated = app.check_audit(&[first]).await;
    assert_eq!(outdated.broken, Some(TrailBreak::Outdated { checkpoint: 3, first: 4 }));
    // Nobody else moves the start.
    app.database().change(
        "DELETE FROM audit; DELETE FROM audit_seals WHERE number = 4; UPDATE audit_seals SET start = digest",
    );
    assert_eq!(app.audit_break(&[]).await, "start_changed");
}

#[tokio::test]
async fn former_seals_hold_under_a_new_key_and_keep_theirs() {
    let app = sealed().await;
    let checkpoint = app.audit_checkpoint().await;
    app.rotate_sub_keys(&[KeyPurpose::Audit]).await;
    app.seal_audit().await;
    let keys = app.database().text(
        "SELECT group_concat(CAST(key AS TEXT), ' ') FROM (SELECT key FROM audit_seals ORDER BY number) AS s",
    );
    assert_eq!(keys, "1 1 1 2");
    assert_eq!(app.audit_break(&[checkpoint]).await, "holds");
    app.clock.pass_seconds(86_400);
    let uses = app.app().services().keys.versions().await.expect("the store works");
    let uses = uses.iter().filter(|key| key.purpose == KeyPurpose::Audit);
    let rows: Vec<_> = uses.map(|key| (key.version, key.rows)).collect();
    assert_eq!(rows, [(1, 3), (2, 1)]);
    let app = app.restart(|_| {}).await;
    assert_eq!(app.audit_break(&[checkpoint]).await, "holds");
}
