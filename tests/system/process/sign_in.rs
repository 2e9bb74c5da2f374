//! Signing in to the console: tries must not use up memory, and a locked account is unlocked at the shell.

use std::io::Write as _;
use std::thread;

use rusqlite::Connection;

use crate::support::client::{Reply, Wire, request};
use crate::support::memory;
use crate::support::server::Server;

/// Clients at the same time, and the tries of each. Kept in the heap, the memory of 60 tries was more than 500 MiB.
const CLIENTS: usize = 10;
const TRIES: usize = 6;

/// Bytes of memory that the server may have more afterwards: that of two passwords is 38 MiB.
const MOST: u64 = 45 << 20;

#[test]
fn tries_to_sign_in_keep_no_memory() {
    // Each try comes from an address of its own, since only a few of one are looked at.
    let config = "[server]\npublic_url = \"http://localhost\"\ntrusted_proxies = [\"127.0.0.1/32\"]\n";
    let server = Server::new(config).start();
    let before = memory::resident(server.pid());
    let address = server.address();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let address = &address;
            scope.spawn(move || try_to_sign_in(address, client));
        }
    });
    let after = memory::resident(server.pid());
    let _ = writeln!(
        std::io::stderr(),
        "{} tries to sign in: {} MiB of memory before, {} MiB after",
        CLIENTS * TRIES,
        before >> 20,
        after >> 20
    );
    assert!(after <= before + MOST, "{} MiB more", (after - before) >> 20);
}

/// Each try has to be one for which a password was hashed: a wrong password, not too many tries.
fn try_to_sign_in(address: &str, client: usize) {
    let mut wire = Wire::open(address).unwrap();
    for n in 0..TRIES {
        let from = format!("X-Forwarded-For: 10.0.{client}.{n}");
        let body = format!("name=nobody-{client}-{n}&password=a+guess");
        let reply = send_form(&mut wire, "/console/sign-in", &[&from], &body);
        assert_eq!(reply.status, 403, "{}", reply.body);
    }
}

fn send_form(wire: &mut Wire, path: &str, headers: &[&str], body: &str) -> Reply {
    let own = ["Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded"];
    wire.send(request("POST", path, &[&own, headers].concat(), body)).unwrap();
    wire.reply().unwrap()
}

#[test]
fn a_locked_account_is_unlocked_beside_the_running_server() {
    let server = Server::new("[server]\npublic_url = \"http://localhost\"\n").start();
    let output = server.output();
    let link =
        output.split_whitespace().find_map(|word| word.strip_prefix("http://localhost/console/setup/"));
    let link = format!("/console/setup/{}", link.expect("a link"));
    let password = "violet-canoe-under-7-moons";
    let mut wire = Wire::open(&server.address()).unwrap();
    let body = format!("name=jane&password={password}&again={password}");
    assert_eq!(send_form(&mut wire, &link, &[], &body).status, 303);
    let mut sign_in = || send_form(&mut wire, "/console/sign-in", &[], &body).status;
    assert_eq!(sign_in(), 303);
    let database = Connection::open(server.data().join("otpmint.db")).unwrap();
    assert_eq!(database.execute("UPDATE operators SET in_a_row = 10", []).unwrap(), 1);
    assert_eq!(sign_in(), 403);
    let unlock = |name: &str| {
        let told = server.beside(&["operator", "unlock", name]).output().unwrap();
        (told.status.code(), String::from_utf8(told.stdout).unwrap(), String::from_utf8(told.stderr).unwrap())
    };
    let (code, _, complaint) = unlock("joe");
    assert!(
        code == Some(2) && complaint.contains("there is no operator of this name"),
        "{code:?} {complaint}"
    );
    assert_eq!(sign_in(), 403);
    let (code, said, complaint) = unlock("jane");
    assert_eq!((code, &*said), (Some(0), "jane is unlocked\n"), "{complaint}");
    assert_eq!(sign_in(), 303);
    let row = "SELECT actor || ' unlocks ' || object FROM audit WHERE event = 'operator_unlocked'";
    let told: String = database.query_row(row, [], |row| row.get(0)).unwrap();
    assert!(told.starts_with("shell:") && told.ends_with(" unlocks operator:jane"), "{told}");
}
