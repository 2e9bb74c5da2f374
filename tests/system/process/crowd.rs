//! Ten thousand idle connections, and the service continues.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::process::app::App;
use crate::support::client::request;
use crate::support::eventually;
use crate::support::lab::{Missing, need, need_root};
use crate::support::memory::{open_files, resident};

const CROWD: usize = 10_000;
/// The connections come from this many addresses of this machine, each with its own ports.
const SOURCES: usize = 8;
/// Connections that are being opened at the same time.
const AT_ONCE: usize = 100;
/// Bytes of memory that the server may need for each.
const EACH: u64 = 48 * 1024;

#[test]
fn ten_thousand_idle_connections_are_held_while_requests_go_on() {
    let Some(()) = need(room_for(CROWD as u64 + 500).and(need_root("counting its files"))) else { return };
    let patient = [("SERVER__IDLE_TIMEOUT_SECONDS", "300"), ("SERVER__HEADER_TIMEOUT_SECONDS", "120")];
    let app = App::start(&patient);
    app.challenge("warm.up@crowd.example");
    let before = resident(app.server.pid());
    let address = app.server.address().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let from = Instant::now();
    let crowd = runtime.block_on(gather(address));
    let gathered = from.elapsed();
    assert_eq!(crowd.len(), CROWD);

    let from = Instant::now();
    for n in 0..20 {
        let (key, code) = app.challenge(&format!("guest{n}@crowd.example"));
        assert_eq!(app.verify(&key, &code).unwrap().status, 201);
    }
    let served = from.elapsed();
    let each = resident(app.server.pid()).saturating_sub(before) / CROWD as u64;
    let _ = writeln!(
        std::io::stderr(),
        "{CROWD} idle connections in {gathered:.1?}: {each} bytes resident each; 20 mints and verifications in {served:.1?}"
    );
    assert!(each < EACH, "{each} bytes for each connection");
    assert!(served < Duration::from_secs(10), "{served:?}");

    let held = open_files(app.server.pid());
    assert!(held >= CROWD, "only {held} are still open");
    drop(crowd);
    let gone = eventually(Duration::from_secs(10), || (open_files(app.server.pid()) < 200).then_some(()));
    assert!(gone.is_some(), "{} files are still open", open_files(app.server.pid()));
    app.challenge("after@crowd.example");
}

/// Opens them all, each after one request, like those of idle clients.
async fn gather(address: SocketAddr) -> Vec<TcpStream> {
    let mut crowd = Vec::with_capacity(CROWD);
    while crowd.len() < CROWD {
        let mut joining = tokio::task::JoinSet::new();
        for n in 0..AT_ONCE {
            joining.spawn(join(address, n % SOURCES));
        }
        crowd.extend(joining.join_all().await);
    }
    crowd
}

async fn join(address: SocketAddr, source: usize) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 2 + source as u8], 0))).unwrap();
    let mut stream = socket.connect(address).await.expect("it accepts");
    stream.write_all(request("GET", "/livez", &[], "").as_bytes()).await.unwrap();
    let mut answer = vec![0; 1024];
    let read = stream.read(&mut answer).await.unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
    stream
}

/// Raises this process's limit of open files; the server raises its own.
fn room_for(files: u64) -> Result<(), Missing> {
    match rlimit::increase_nofile_limit(files.max(16_384)) {
        Ok(limit) if limit >= files => Ok(()),
        got => Err(Missing(format!("{files} open files are needed, and the limit is {got:?}"))),
    }
}
