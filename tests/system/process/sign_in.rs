//! Tries to sign in to the console must not use up memory.

use std::io::Write as _;
use std::thread;

use crate::support::client::{Wire, request};
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
        let headers =
            ["Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded", &from];
        let body = format!("name=nobody-{client}-{n}&password=a+guess");
        wire.send(request("POST", "/console/sign-in", &headers, &body)).unwrap();
        let reply = wire.reply().unwrap();
        assert_eq!(reply.status, 403, "{}", reply.body);
    }
}
