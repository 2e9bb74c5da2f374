//! Databases that cannot be used: exit code 4, what to change, and nothing is made anywhere.

use super::postgres::home;
use crate::support::lab::need;
use crate::support::ports::Port;
use crate::support::postgres::schema::Schema;
use crate::support::postgres::server::{PASSWORD, Server};

/// Every way to use this address fails and says these parts, and no key is made for it.
#[track_caller]
fn refused(url: &str, parts: &[&str]) {
    let home = home(url);
    for command in [&["serve"][..], &["tenant", "list"], &["store", "migrate", "--plan"], &["doctor"]] {
        let done = home.run(command);
        done.fails(4, parts);
        assert!(!done.err.contains("s3cret") && !done.out.contains("s3cret"), "{done:?}");
    }
    assert!(!home.path("data/master.key").exists());
}

/// The tables of the schema.
fn tables(schema: &Schema<'_>) -> Vec<String> {
    let sql = format!("SELECT tablename FROM pg_tables WHERE schemaname = '{}'", schema.name());
    schema.session().run(&sql).into_iter().flatten().flatten().collect()
}

#[test]
fn a_server_that_cannot_be_reached_or_lets_nobody_in_is_4() {
    let Some(server) = need(Server::shared()) else { return };
    let (free, port) = (Port::lease(), server.port());
    refused(
        &format!("postgres://me:s3cret@127.0.0.1:{}/otpmint", free.number()),
        &["Connection refused", "127.0.0.1"],
    );
    refused("postgres://me:s3cret@%2Fno%2Fsuch%2Ffolder/otpmint", &["no server has its socket there"]);
    let guarded = |password: &str| format!("postgres://guarded{password}@127.0.0.1:{port}/otpmint");
    refused(&guarded(":s3cret"), &["password authentication failed", "store.password"]);
    refused(&guarded(""), &["password missing", "store.password"]);
    refused(&format!("postgres://nobody:s3cret@127.0.0.1:{port}/otpmint"), &["\"nobody\" does not exist"]);
    refused(
        &format!("postgres://otpmint@127.0.0.1:{port}/nothing"),
        &["\"nothing\" does not exist", "create it"],
    );
    refused(
        &format!("postgres://otpmint:s3cret@localhost:{port}/otpmint?sslmode=verify-full"),
        &["does not support TLS", "sslmode=disable"],
    );
    let schema = server.schema();
    let with_password =
        home(&schema.url().replace("otpmint@", "guarded@")).with("OTPMINT_STORE__PASSWORD", PASSWORD);
    with_password.run(&["store", "migrate", "--plan"]).is(0);
}

#[test]
fn a_schema_that_is_not_ours_to_use_is_4_and_nothing_is_made_in_it() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let name = schema.name().to_owned();
    let admin = server.admin("otpmint");
    admin.run(&format!("CREATE ROLE stranger_{name} LOGIN"));
    let stranger = schema.url().replacen("otpmint@", &format!("stranger_{name}@"), 1);
    refused(&stranger, &["no schema to use", "search_path"]);
    admin.run(&format!("GRANT USAGE ON SCHEMA {name} TO stranger_{name}"));
    refused(&stranger, &["may not create tables", "GRANT CREATE", &name]);

    schema.session().run("CREATE TABLE of_another (x int)");
    refused(&schema.url(), &["tables of something else", &name]);
    assert_eq!(tables(&schema), ["of_another"]);
    schema.session().run("CREATE TABLE meta (key text, value text)");
    refused(&schema.url(), &["tables of something else"]);
    schema.session().run("DROP TABLE meta; CREATE TABLE meta (key text, value bytea)");
    refused(&schema.url(), &["tables of something else"]);
    assert_eq!(tables(&schema).len(), 2);
    admin.run(&format!("REVOKE USAGE ON SCHEMA {name} FROM stranger_{name}; DROP ROLE stranger_{name}"));
}

#[test]
fn a_schema_of_a_newer_version_or_that_another_user_made_is_4() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    home(&schema.url()).add_tenant();
    let (name, made) = (schema.name().to_owned(), tables(&schema).len());
    let admin = server.admin("otpmint");
    admin.run(&format!("CREATE ROLE other_{name} LOGIN; GRANT ALL ON SCHEMA {name} TO other_{name}"));
    refused(&schema.url().replacen("otpmint@", &format!("other_{name}@"), 1), &["belong to another user"]);
    admin.run(&format!("REVOKE ALL ON SCHEMA {name} FROM other_{name}; DROP ROLE other_{name}"));

    schema.session().run("UPDATE meta SET value = '99' WHERE key = 'least_version'");
    refused(&schema.url(), &["newer version of otpmint"]);
    assert_eq!(tables(&schema).len(), made);
}

#[test]
fn a_database_that_only_reads_is_4() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let reading = schema.url().replacen("options=", "options=-cdefault_transaction_read_only%3Don%20", 1);
    refused(&reading, &["does not allow writes", "primary"]);
    assert_eq!(tables(&schema), [""; 0]);
}

#[test]
fn another_master_key_than_that_of_the_database_is_3_and_changes_nothing() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let (handle, _) = home(&schema.url()).add_tenant();
    let other = home(&schema.url());
    let missing = other.run(&["tenant", "show", &handle]);
    missing.fails(3, &["master.key", "missing"]);
    other.run(&["serve"]).fails(3, &["master.key", "missing"]);
    assert!(!other.path("data/master.key").exists());
}
