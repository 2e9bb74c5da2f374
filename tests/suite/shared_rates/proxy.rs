//! A proxy that takes its time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Passes connections on to a port of this machine, and everything that comes back late.
pub struct SlowProxy {
    address: SocketAddr,
    delay: Arc<AtomicU64>,
}

impl SlowProxy {
    pub async fn before(port: u16) -> Self {
        Self::at(0, port).await
    }

    /// The same on a given port.
    pub async fn at(own: u16, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", own)).await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let delay = Arc::new(AtomicU64::new(0));
        let given = Arc::clone(&delay);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(pass(from_client, to_server, Arc::default()));
                tokio::spawn(pass(from_server, to_client, Arc::clone(&given)));
            }
        });
        Self { address, delay }
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    pub fn delay_by_millis(&self, millis: u64) {
        self.delay.store(millis, Ordering::Relaxed);
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Arc<AtomicU64>) {
    let mut some = vec![0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut some).await {
        tokio::time::sleep(Duration::from_millis(delay.load(Ordering::Relaxed))).await;
        if to.write_all(&some[..read]).await.is_err() {
            return;
        }
    }
}
