//! The scripts of the databases in `packaging/compose.yaml`, run as their images run them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;

use crate::support::lab::{need, need_root};
use crate::support::postgres::server::{Server, programs};

use super::{documents, text, write};

/// Runs a script as the user of the databases.
#[track_caller]
fn run(script: &str, folder: &Path, server: &Server, data: &Path) {
    let script = script.replace("$$", "$").replace("/run/secrets/", &format!("{}/", folder.display()));
    let (host, port) = (server.folder().display().to_string(), server.port().to_string());
    let script = script.replace("host=primary ", &format!("host={host} port={port} "));
    let mut command = match need_root("").is_ok() {
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--", "bash"]);
            command
        }
        false => Command::new("bash"),
    };
    let path = format!("{}:{}", programs().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    command
        .args(["-c", &script])
        .env("PATH", path)
        .env("PGDATA", data)
        .env("HOME", folder)
        .current_dir(folder);
    let done = command.env("PGHOST", host).env("PGPORT", port).output().expect("bash runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn the_databases_are_a_primary_that_waits_for_its_standby_and_a_standby() {
    let Some(all) = need(documents("packaging/compose.yaml")) else { return };
    let Some(server) = need(Server::start(&["fsync=off"])) else { return };
    let folder = tempfile::Builder::new().prefix("otpmint-compose-").tempdir_in("/tmp").unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for secret in ["database-password", "replica-password"] {
        write(folder.path(), secret, "0123456789abcdef\n");
    }
    // The image begins with nothing.
    let admin = server.admin("postgres");
    admin.run("DROP DATABASE otpmint");
    admin.run("DROP ROLE guarded, otpmint");
    let script = |name: &str| text(&all[0]["configs"][name]["content"]).to_owned();
    run(&script("primary"), folder.path(), &server, &server.folder().join("data"));
    admin.run("SELECT pg_reload_conf()");
    assert!(
        fs::read_to_string(server.folder().join("data/pg_hba.conf"))
            .unwrap()
            .contains("host replication replica")
    );
    let rights = admin.run(
        "SELECT rolname, rolsuper, rolreplication FROM pg_roles WHERE rolname IN ('otpmint', 'replica') ORDER BY 1",
    );
    let rights: Vec<String> = rights.into_iter().map(|row| row.into_iter().flatten().collect()).collect();
    assert_eq!(rights, ["otpmintff", "replicaft"]);

    let home = folder.path().join("standby");
    let data = home.join("data");
    fs::create_dir_all(&data).unwrap();
    if need_root("").is_ok() {
        for path in [&home, &data] {
            chown(path, Some(65_534), Some(65_534)).unwrap();
        }
    }
    let standby = script("standby");
    assert!(standby.contains("exec postgres"));
    let copy = standby.replace("exec postgres", "true");
    run(&copy, folder.path(), &server, &data);
    assert!(data.join("standby.signal").is_file());
    let follows = fs::read_to_string(data.join("postgresql.auto.conf")).unwrap();
    for setting in ["primary_slot_name = 'standby'", "application_name=standby", "passfile="] {
        assert!(follows.contains(setting), "{follows}");
    }
    assert!(!follows.contains("0123456789abcdef"));
    // A second start finds its data and leaves it.
    run(&copy, folder.path(), &server, &data);
}
