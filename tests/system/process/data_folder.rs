//! The data folder: created for the server alone, or refused and left as it is.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::lab::{need, need_root};
use crate::support::server::Server;

const SOON: Duration = Duration::from_secs(10);
/// Nobody's.
const STRANGER: u32 = 65_534;

/// A folder that was there before the server.
struct Existing {
    path: PathBuf,
    _parent: TempDir,
}

impl Existing {
    /// One with this mode that holds these files.
    fn with(mode: u32, files: &[&str]) -> Existing {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        fs::create_dir(&path).unwrap();
        for name in files {
            fs::write(path.join(name), "theirs").unwrap();
        }
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        Existing { path, _parent: parent }
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.path).unwrap();
        entries.map(|entry| entry.unwrap().file_name().display().to_string()).collect()
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

/// What a refused start says.
#[track_caller]
fn refused(server: &mut Server) -> String {
    server.spawn();
    let ended = server.wait(SOON).expect("it refuses");
    let said = server.output();
    assert_eq!(ended.code(), Some(4), "{said}");
    said
}

#[test]
fn a_folder_that_others_can_access_and_use_is_refused_and_not_changed() {
    for bits in [0o1777, 0o755, 0o750] {
        let folder = Existing::with(bits, &["theirs"]);
        let said = refused(&mut Server::new("").data_in(&folder.path));
        assert!(said.contains(&format!("(mode {bits:04o})")) && said.contains("data_dir"), "{said}");
        assert_eq!((mode(&folder.path), folder.names()), (bits, vec!["theirs".to_owned()]));
    }
}

#[test]
fn a_folder_that_others_can_write_to_is_refused_until_the_advice_is_followed() {
    for bits in [0o775, 0o1777] {
        let folder = Existing::with(bits, &[]);
        let mut server = Server::new("").data_in(&folder.path);
        let said = refused(&mut server);
        assert!(said.contains(&format!("chmod 700 {}", folder.path.display())), "{said}");
        assert_eq!((mode(&folder.path), folder.names().len()), (bits, 0));
        fs::set_permissions(&folder.path, Permissions::from_mode(0o700)).unwrap();
        server.start_again();
    }
}

#[test]
fn an_empty_folder_that_others_can_only_list_is_used_and_not_changed() {
    let folder = Existing::with(0o755, &[]);
    let mut server = Server::new("").data_in(&folder.path).start();
    assert!(server.terminate(SOON).expect("it ends").success());
    server.start_again();
    assert_eq!(mode(&folder.path), 0o755);
    for name in folder.names() {
        assert_eq!(mode(&folder.path.join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_private_folder_may_hold_other_things() {
    let folder = Existing::with(0o700, &["lost+found"]);
    let _server = Server::new("").data_in(&folder.path).start();
    assert_eq!(fs::read_to_string(folder.path.join("lost+found")).unwrap(), "theirs");
}

#[test]
fn a_folder_of_another_user_is_refused_and_not_changed() {
    let Some(()) = need(need_root("giving a folder away")) else { return };
    let folder = Existing::with(0o700, &[]);
    chown(&folder.path, Some(STRANGER), Some(STRANGER)).unwrap();
    let said = refused(&mut Server::new("").data_in(&folder.path));
    assert!(said.contains("belongs to another user (id 65534)"), "{said}");
    assert_eq!((mode(&folder.path), folder.names().len()), (0o700, 0));
}

#[test]
fn root_runs_commands_on_the_data_of_the_servers_user() {
    let Some(()) = need(need_root("giving a folder away")) else { return };
    let mut server = Server::new("").start();
    server.kill();
    let entries = fs::read_dir(server.data()).unwrap().map(|entry| entry.unwrap().path());
    for path in entries.chain([server.data().to_owned()]) {
        chown(path, Some(STRANGER), Some(STRANGER)).unwrap();
    }
    let listed = server.beside(&["tenant", "list"]).output().unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
}
