//! A proxy in front of a database: it loses COMMITs, holds back what is sent in either direction, and ends connections.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// COMMIT, as a simple query has it.
const COMMIT: &[u8] = b"COMMIT\0";

/// How often it is looked whether the network is whole again.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How many of the next COMMITs are lost.
#[derive(Default)]
pub struct Losses {
    /// Before the server has them.
    pub before: AtomicU32,
    /// After the server has carried them out.
    pub after: AtomicU32,
    /// How many were.
    pub lost: AtomicU32,
    /// Whether the server is out of reach once one is lost.
    pub shuts: AtomicBool,
    /// Whether it is out of reach for new connections.
    pub is_shut: AtomicBool,
    /// How many of those were refused.
    pub refused: AtomicU32,
}

impl Losses {
    fn lose(&self) {
        self.is_shut.fetch_or(self.shuts.load(Ordering::SeqCst), Ordering::SeqCst);
        self.lost.fetch_add(1, Ordering::SeqCst);
    }
}

/// A way through the network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    ToServer,
    ToClient,
}

/// A proxy to a port of this machine. Its threads end with their connections.
pub struct Proxy {
    pub port: u16,
    pub losses: Arc<Losses>,
    network: Arc<Network>,
}

#[derive(Default)]
struct Network {
    to_server: AtomicBool,
    to_client: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
    /// How often connections were stranded.
    stranded: AtomicU32,
}

impl Proxy {
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (losses, network) = (Arc::new(Losses::default()), Arc::new(Network::default()));
        let shared = (Arc::clone(&losses), Arc::clone(&network));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (losses, network) = (Arc::clone(&shared.0), Arc::clone(&shared.1));
                if losses.is_shut.load(Ordering::SeqCst) {
                    losses.refused.fetch_add(1, Ordering::SeqCst);
                    continue;
                }
                thread::spawn(move || {
                    network.pass(Way::ToServer);
                    if let Ok(server) = TcpStream::connect(("127.0.0.1", server)) {
                        network.add([&client, &server]);
                        relay(client, server, &losses, &network);
                    }
                });
            }
        });
        Self { port, losses, network }
    }

    /// Lets nothing through on this way, the end of a connection included, until [`Self::heal`]. It arrives then: TCP
    /// repeats what was not acknowledged.
    pub fn hold(&self, way: Way) {
        self.network.held(way).store(true, Ordering::SeqCst);
    }

    /// Makes the network whole again.
    pub fn heal(&self) {
        for way in [Way::ToServer, Way::ToClient] {
            self.network.held(way).store(false, Ordering::SeqCst);
        }
    }

    /// Lets nothing more through on the connections that are there, which stay open: as after the death of a machine
    /// whose place another one has taken.
    pub fn strand(&self) {
        self.network.stranded.fetch_add(1, Ordering::SeqCst);
    }

    /// Ends all connections, in the middle of whatever they do.
    pub fn reset(&self) {
        for stream in self.network.open.lock().expect("nobody panics with it").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Network {
    fn held(&self, way: Way) -> &AtomicBool {
        match way {
            Way::ToServer => &self.to_server,
            Way::ToClient => &self.to_client,
        }
    }

    /// Returns whether nothing passes any more on a connection that was opened after so many strandings.
    fn is_stranded(&self, opened: u32) -> bool {
        self.stranded.load(Ordering::SeqCst) != opened
    }

    fn add(&self, streams: [&TcpStream; 2]) {
        let mut open = self.open.lock().expect("nobody panics with it");
        open.extend(streams.into_iter().filter_map(|stream| stream.try_clone().ok()));
    }

    /// Returns when this way is free.
    fn pass(&self, way: Way) {
        while self.held(way).load(Ordering::SeqCst) {
            thread::sleep(LOOK_EVERY);
        }
    }
}

fn relay(mut client: TcpStream, mut server: TcpStream, losses: &Losses, network: &Arc<Network>) {
    let (answers, to_client) = (server.try_clone().expect("a handle"), client.try_clone().expect("a handle"));
    let (shared, opened) = (Arc::clone(network), network.stranded.load(Ordering::SeqCst));
    let answering = thread::spawn(move || answer(answers, to_client, &shared, opened));
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        network.pass(Way::ToServer);
        if network.is_stranded(opened) {
            continue;
        }
        let sent = &buffer[..count];
        let has_commit = sent.windows(COMMIT.len()).any(|part| part == COMMIT);
        if has_commit && takes_one(&losses.before) {
            losses.lose();
            break;
        }
        if has_commit && takes_one(&losses.after) {
            losses.lose();
            // The answers are cut off first. The server ends the session when it has done all that it was sent.
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.write_all(sent);
            break;
        }
        if server.write_all(sent).is_err() {
            break;
        }
    }
    network.pass(Way::ToServer);
    let _ = server.shutdown(Shutdown::Write);
    let _ = client.shutdown(Shutdown::Both);
    let _ = answering.join();
}

fn answer(mut server: TcpStream, mut client: TcpStream, network: &Network, opened: u32) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = server.read(&mut buffer) {
        network.pass(Way::ToClient);
        if network.is_stranded(opened) {
            continue;
        }
        if client.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    network.pass(Way::ToClient);
    let _ = client.shutdown(Shutdown::Write);
}

fn takes_one(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}
