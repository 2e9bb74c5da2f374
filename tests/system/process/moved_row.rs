//! Somebody who can write to the database still cannot make one tenant send with another's account.

use rusqlite::Connection;

use crate::process::app::{App, KEY, PASSWORD};

const OTHER: &str = "pX3-other-tenant-of-test-91";

#[test]
fn a_sealed_account_that_was_moved_to_another_tenant_does_not_open() {
    let mut app = App::start(&[]);
    assert_eq!(app.register(OTHER, "the-password-of-the-other").status, 200);
    app.server.kill();
    let database = Connection::open(app.server.data().join("otpmint.db")).unwrap();
    let moved = "UPDATE tenants SET routes = (SELECT routes FROM tenants ORDER BY id LIMIT 1) \
                 WHERE id = (SELECT max(id) FROM tenants)";
    assert_eq!(database.execute(moved, []).unwrap(), 1);
    drop(database);
    app.server.start_again();

    let refused = app.mint_as(OTHER, "jane@victim.example").unwrap();
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.header("retry-after").is_some());
    assert_eq!(app.catcher.received(), 0, "it was sent with the account of another tenant");
    let log = app.server.log();
    assert!(log.contains("a tenant's SMTP accounts cannot be used"), "{log}");
    for secret in [PASSWORD, "the-password-of-the-other", KEY, OTHER, "jane@victim.example"] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    // The tenant whose row was copied is not affected.
    app.challenge("jane@owner.example");
}
