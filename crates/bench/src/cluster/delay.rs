//! A network that is farther away than this machine: a proxy that delays both directions.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// What is on the way, and when it arrives.
type Arriving = (Instant, Vec<u8>);

/// Returns the same database behind a proxy that adds `delay` to each round trip.
pub(crate) fn farther(config: &Config, delay: Duration) -> Result<Config> {
    let (host, port) = (config.get_hosts().first(), config.get_ports().first().copied().unwrap_or(5432));
    let Some(Host::Tcp(host)) = host else { bail!("only what is reached over TCP can be farther away") };
    let server = (host.as_str(), port);
    let server = std::net::ToSocketAddrs::to_socket_addrs(&server)?.next().context("no such host")?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut far = Config::new();
    far.host("127.0.0.1").port(listener.local_addr()?.port());
    config.get_user().map(|user| far.user(user));
    config.get_password().map(|password| far.password(password));
    config.get_dbname().map(|name| far.dbname(name));
    config.get_options().map(|options| far.options(options));
    thread::spawn(move || serve(&listener, server, delay / 2));
    Ok(far)
}

/// Relays until the program ends.
fn serve(listener: &TcpListener, server: SocketAddr, delay: Duration) {
    for client in listener.incoming().flatten() {
        let Ok(server) = TcpStream::connect(server) else { continue };
        // Both ends send small messages that nobody may hold back.
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (Ok(client_too), Ok(server_too)) = (client.try_clone(), server.try_clone()) else { continue };
        relay(client, server_too, delay);
        relay(server, client_too, delay);
    }
}

/// Relays one direction, on two threads: one reads while the other waits.
fn relay(from: TcpStream, to: TcpStream, delay: Duration) {
    let (sender, receiver) = channel();
    thread::spawn(move || take(from, &sender, delay));
    thread::spawn(move || give(to, &receiver));
}

fn take(mut from: TcpStream, sender: &Sender<Arriving>, delay: Duration) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if sender.send((Instant::now() + delay, buffer[..count].to_vec())).is_err() {
            return;
        }
    }
}

fn give(mut to: TcpStream, receiver: &Receiver<Arriving>) {
    for (at, bytes) in receiver {
        thread::sleep(at.saturating_duration_since(Instant::now()));
        if to.write_all(&bytes).is_err() {
            break;
        }
    }
    // The other end may have gone.
    let _ = to.shutdown(Shutdown::Both);
}
