//! A listener that serves each connection by itself until it is dropped.

use std::io;
use std::net::Ipv4Addr;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A listening port.
pub(crate) struct Listening {
    port: u16,
    task: JoinHandle<()>,
}

impl Listening {
    /// Serves every connection with what `serve` returns. A connection ends with its first error.
    pub(crate) async fn start<Served>(
        serve: impl Fn(TcpStream) -> Served + Send + 'static,
    ) -> io::Result<Self>
    where
        Served: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // An answer is one small write.
                if stream.set_nodelay(true).is_ok() {
                    tokio::spawn(serve(stream));
                }
            }
        });
        Ok(Self { port, task })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}
