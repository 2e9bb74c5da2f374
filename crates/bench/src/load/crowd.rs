//! Connections that do almost nothing: idle ones, and ones that send a request byte by byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::client::{Head, write_request};

/// The connections come from this many addresses of this machine, each with its own ports.
const SOURCES: usize = 8;

/// Connections that are being opened at the same time.
const AT_ONCE: usize = 64;

/// The pause between two bytes of a slow connection.
const DRIP: Duration = Duration::from_secs(1);

/// How long gathering may take.
const GATHER: Duration = Duration::from_secs(60);

/// A request head that takes longer than the server waits for it.
const HEAD: &[u8] = b"POST /v1/challenges HTTP/1.1\r\nHost: bench\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// What a connection of the crowd does.
#[derive(Clone, Copy)]
enum Habit {
    /// One request, then nothing.
    Idle,
    /// One byte a second.
    Slow,
}

/// Connections that are held open. If the server closes one, it is opened again, as an attacker would.
pub(crate) struct Crowd {
    _members: JoinSet<()>,
    open: Arc<AtomicUsize>,
}

impl Crowd {
    /// Opens the connections, and waits until all are open.
    pub(crate) async fn gather(server: SocketAddr, idle: usize, slow: usize) -> Result<Self> {
        let open = Arc::new(AtomicUsize::new(0));
        let door = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
        let mut members = JoinSet::new();
        for number in 0..idle + slow {
            let habit = if number < idle { Habit::Idle } else { Habit::Slow };
            let (open, door) = (Arc::clone(&open), Arc::clone(&door));
            members.spawn(async move {
                loop {
                    stay(server, number % SOURCES, habit, &door, &open).await;
                }
            });
        }
        let crowd = Self { _members: members, open };
        let end = Instant::now() + GATHER;
        // Some are always being reopened.
        while crowd.open() < (idle + slow) * 98 / 100 {
            if Instant::now() > end {
                bail!("only {} connections could be opened", crowd.open());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(crowd)
    }

    /// How many are open.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }
}

/// One connection, until the server closes it.
async fn stay(
    server: SocketAddr,
    source: usize,
    habit: Habit,
    door: &tokio::sync::Semaphore,
    open: &AtomicUsize,
) {
    let Ok(permit) = door.acquire().await else { return };
    let connected = connect(server, source).await;
    drop(permit);
    let Ok(mut stream) = connected else { return sleep(DRIP).await };
    open.fetch_add(1, Ordering::Relaxed);
    // However it ends, it has ended.
    let _ = match habit {
        Habit::Idle => idle(&mut stream).await,
        Habit::Slow => drip(&mut stream).await,
    };
    open.fetch_sub(1, Ordering::Relaxed);
}

async fn connect(server: SocketAddr, source: usize) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 2 + source as u8], 0)))?;
    socket.connect(server).await
}

async fn idle(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut request = Vec::new();
    write_request(&mut request, Head::get("/livez"), "");
    stream.write_all(&request).await?;
    until_cut(stream).await
}

async fn drip(stream: &mut TcpStream) -> std::io::Result<()> {
    for byte in HEAD.iter().chain(std::iter::repeat(&b'a')) {
        stream.write_all(&[*byte]).await?;
        if let Ok(cut) = timeout(DRIP, until_cut(stream)).await {
            return cut;
        }
    }
    Ok(())
}

async fn until_cut(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut answer = [0; 512];
    while stream.read(&mut answer).await? > 0 {}
    Ok(())
}
