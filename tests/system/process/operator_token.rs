//! The operator token across starts: from the settings, from its file, by its hash, and a new one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::client::{Wire, request};
use crate::support::server::Server;

const SOON: Duration = Duration::from_secs(10);
const SETTING: &str = "OTPMINT_SERVER__OPERATOR_TOKEN";
const OF_THE_SETTINGS: &str = "the-token-of-the-settings-of-this-server";

fn file(server: &Server) -> PathBuf {
    server.data().join("operator.token")
}

fn kept(server: &Server) -> String {
    fs::read_to_string(file(server)).expect("a token").trim().to_owned()
}

/// The status of a request of the operator with this token.
fn asked(server: &Server, token: &str) -> u16 {
    let mut wire = Wire::open(&server.address()).unwrap();
    let bearer = format!("Authorization: Bearer {token}");
    wire.send(request("GET", "/v1/admin/tenants", &[&bearer, "Connection: close"], "")).unwrap();
    wire.reply().unwrap().status
}

/// What `otpmint operator new-token` prints as the new token.
#[track_caller]
fn renewed(server: &Server) -> String {
    let told = server.beside(&["operator", "new-token"]).output().unwrap();
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.status.success(), "{said}{}", String::from_utf8_lossy(&told.stderr));
    let token = said.split_whitespace().find(|word| word.starts_with("otpo_"));
    token.unwrap_or_else(|| panic!("no token in {said}")).to_owned()
}

#[test]
fn without_its_file_the_token_stays_in_force_and_no_other_is_drawn() {
    let mut server = Server::new("").start();
    let token = kept(&server);
    assert!(server.terminate(SOON).expect("it ends").success());
    fs::remove_file(file(&server)).unwrap();
    server.start_again();
    assert_eq!(asked(&server, &token), 200);
    assert_eq!(asked(&server, "otpo_wrong-token-of-somebody-with-enough-letters"), 401);
    assert!(!file(&server).exists());
    assert_eq!(server.output().matches("otpo_").count(), 1, "{}", server.output());
}

#[test]
fn the_token_of_the_latest_start_that_knew_one_is_in_force() {
    let mut first = Server::new("").start();
    let drawn = kept(&first);
    assert!(first.terminate(SOON).expect("it ends").success());
    let mut with_a_setting = Server::new("").data_in(first.data()).env(SETTING, OF_THE_SETTINGS).start();
    assert_eq!([asked(&with_a_setting, OF_THE_SETTINGS), asked(&with_a_setting, &drawn)], [200, 401]);
    assert!(with_a_setting.terminate(SOON).expect("it ends").success());
    fs::remove_file(file(&first)).unwrap();
    let without = Server::new("").data_in(first.data()).start();
    assert_eq!([asked(&without, OF_THE_SETTINGS), asked(&without, &drawn)], [200, 401]);
    assert!(!without.output().contains("otpo_"), "{}", without.output());
}

#[test]
fn a_new_token_ends_the_former_beside_a_running_server() {
    let mut server = Server::new("").start();
    let former = kept(&server);
    let token = renewed(&server);
    assert_eq!([asked(&server, &token), asked(&server, &former)], [200, 401]);
    assert_eq!(kept(&server), token);
    assert_eq!(fs::metadata(file(&server)).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(server.terminate(SOON).expect("it ends").success());
    server.start_again();
    assert_eq!([asked(&server, &token), asked(&server, &former)], [200, 401]);
    // Whoever has taken the file away does not want it back.
    fs::remove_file(file(&server)).unwrap();
    let latest = renewed(&server);
    assert!(!file(&server).exists());
    assert_eq!([asked(&server, &latest), asked(&server, &token)], [200, 401]);
}

#[test]
fn a_token_of_the_settings_is_replaced_there_and_nowhere_else() {
    let server = Server::new("").env(SETTING, OF_THE_SETTINGS).start();
    let told = server.beside(&["operator", "new-token"]).output().unwrap();
    assert_eq!(told.status.code(), Some(2));
    let said = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(said.contains("server.operator_token") && !said.contains(OF_THE_SETTINGS), "{said}");
    assert_eq!(asked(&server, OF_THE_SETTINGS), 200);
}
