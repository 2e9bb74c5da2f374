//! The commands over PostgreSQL.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};

use tempfile::TempDir;

use super::Home;
use crate::support::lab::{need, need_root};
use crate::support::postgres::server::{PASSWORD, Server};
use crate::tls_identity;

pub fn home(url: &str) -> Home {
    Home::new().with("OTPMINT_STORE__URL", url)
}

#[test]
fn every_command_works_over_postgresql() {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let home = home(&schema.url());
    home.run(&["store", "migrate", "--plan"]).is(0).value("0001_initial");
    // The server of the tests would lose everything, but quickly.
    home.run(&["doctor"]).fails(1, &["fsync=off"]).value("note  there is no database yet");
    assert_eq!(schema.session().run("SELECT * FROM pg_tables WHERE schemaname = current_schema()").len(), 0);

    let (handle, key) = home.add_tenant();
    assert!(!home.path("data/otpmint.db").exists() && home.path("data/master.key").exists());
    assert_eq!(home.run(&["tenant", "show", &handle]).is(0).value("status"), "active");
    home.run(&["tenant", "disable", &handle]).is(0);
    home.run(&["tenant", "enable", &handle]).is(0);
    home.run(&["tenant", "rotate-key", &handle]).is(0);
    home.run(&["tenant", "unlock", &handle, "jane.roe@recipient.example"]).is(0);
    home.run(&["tenant", "route", "list", &handle]).is(0);
    home.run(&["tenant", "blocks", &handle]).is(0);
    home.run(&["keys", "rotate"]).is(0);
    home.run(&["keys", "list"]).is(0);
    home.run(&["keys", "prune"]).is(0);
    home.run(&["keys", "rotate-master"]).is(0);
    home.run(&["operator", "new-token"]).is(0);
    home.run(&["clock", "reset"]).is(0);
    home.run(&["store", "migrate"]).is(0).value(&format!("postgres://otpmint@{}", folder(server)));
    let audit = home.run(&["audit"]);
    for event in ["tenant_disabled", "keys_rotated", "master_rotated"] {
        assert!(audit.out.contains(event), "{event} is not in {}", audit.out);
    }
    assert!(!audit.out.contains(&key));
}

fn folder(server: &Server) -> String {
    server.folder().display().to_string()
}

#[test]
fn doctor_says_what_a_server_could_lose() {
    let Some(server) = need(Server::start(&["default_transaction_isolation=serializable"])) else { return };
    let schema = server.schema();
    let home = home(&schema.url());
    home.add_tenant();
    let told = home.run(&["doctor"]);
    told.is(0);
    assert!(told.value("ok    PostgreSQL ").contains("connection not encrypted"), "{told:?}");
    for note in ["note  no standby follows", "note  default_transaction_isolation is serializable"] {
        told.value(note);
    }
    let admin = server.admin("postgres");
    for setting in ["fsync", "full_page_writes"] {
        admin.run(&format!("ALTER SYSTEM SET {setting} = off"));
    }
    admin.run("ALTER ROLE otpmint SET synchronous_commit = off");
    admin.run("SELECT pg_reload_conf()");
    let lost = crate::support::eventually(std::time::Duration::from_secs(10), || {
        let told = home.run(&["doctor"]);
        (told.code != 0).then_some(told)
    });
    let lost = lost.expect("the server reads its settings again");
    lost.fails(1, &["fsync=off", "full_page_writes=off"]);
    lost.value("note  synchronous_commit is off by default");
    lost.value("ok    1 tenants");
}

#[test]
fn connections_are_encrypted_and_the_server_is_checked() {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (certificate, key, ca) = tls_identity::certificate();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let (certificate, key, ca) = (write("crt", &certificate), write("key", &key), write("ca", &ca));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    if need_root("").is_ok() {
        chown(&key, Some(65_534), Some(65_534)).unwrap();
    }
    let files = [("ssl_cert_file", &certificate), ("ssl_key_file", &key)];
    let files = files.map(|(name, path)| format!("{name}={}", path.display()));
    let Some(server) = need(Server::start(&["ssl=on", "fsync=off", &files[0], &files[1]])) else { return };
    let url = |host: &str, more: &str| {
        format!("postgres://guarded@{host}:{}/otpmint?sslmode=verify-full&{more}", server.port())
    };
    let home = |url: &str| home(url).with("OTPMINT_STORE__PASSWORD", PASSWORD);
    let trusting = |url: &str| home(url).with("OTPMINT_STORE__CA_FILE", ca.to_str().unwrap());

    // The password is worth nothing to whoever is in between: the handshakes are bound to each other.
    server.admin("otpmint").run("GRANT CREATE ON SCHEMA public TO otpmint");
    let bound = trusting(&url("localhost", "channel_binding=require"));
    bound.add_tenant();
    assert!(bound.run(&["tenant", "list"]).is(0).out.contains("active"));
    let told = server.admin("otpmint").run("SELECT count(*) FROM tenants");
    assert_eq!(told, [[Some("1".to_owned())]]);

    let unknown = home(&url("localhost", ""));
    unknown.run(&["tenant", "list"]).fails(4, &["UnknownIssuer", "store.ca_file"]);
    let other_name = trusting(&url("127.0.0.1", ""));
    other_name.run(&["tenant", "list"]).fails(4, &["not valid for name", "store.url"]);
    assert!(!other_name.path("data/master.key").exists());
}
