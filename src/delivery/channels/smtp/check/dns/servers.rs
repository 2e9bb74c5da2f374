//! Name servers: finding them, and one exchange with one of them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use super::question::{DnsResponse, Question};

/// The file that lists the system's name servers, see resolv.conf(5).
const SYSTEM: &str = "/etc/resolv.conf";

/// Maximum number of name servers: further ones are ignored, as in the C library.
const MOST: usize = 3;

const PORT: u16 = 53;

/// Buffer size: more than a datagram without extensions may hold (RFC 1035 §2.3.4).
const DATAGRAM: usize = 4096;

/// Returns the name servers of the system; none if the file cannot be read.
pub(super) fn system_servers() -> Vec<SocketAddr> {
    match std::fs::read_to_string(SYSTEM) {
        Ok(text) => listed(&text),
        Err(error) => {
            tracing::debug!(%error, "no name servers: {SYSTEM} cannot be read");
            Vec::new()
        }
    }
}

/// Returns the name servers in a resolv.conf. If it lists none, the local machine is one.
fn listed(text: &str) -> Vec<SocketAddr> {
    let mut servers: Vec<_> = text
        .lines()
        .filter_map(|line| {
            line.trim().strip_prefix("nameserver")?.split_ascii_whitespace().next()?.parse().ok()
        })
        .take(MOST)
        .collect();
    if servers.is_empty() {
        servers.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    servers.into_iter().map(|address| SocketAddr::new(address, PORT)).collect()
}

/// Queries `server` by datagram, and over TCP if the response is too long for one.
pub(super) async fn exchange(server: SocketAddr, question: &Question) -> io::Result<DnsResponse> {
    match by_datagram(server, question).await? {
        DnsResponse::Truncated => by_stream(server, question).await,
        reply => Ok(reply),
    }
}

/// Queries by datagram. The kernel picks a port that is hard to guess, and accepts datagrams only
/// from `server`.
async fn by_datagram(server: SocketAddr, question: &Question) -> io::Result<DnsResponse> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    socket.send(question.bytes()).await?;
    let mut message = [0; DATAGRAM];
    loop {
        let length = socket.recv(&mut message).await?;
        if let Some(reply) = question.read(&message[..length]) {
            return Ok(reply);
        }
    }
}

/// Queries over TCP, where every message is preceded by its length (RFC 1035 §4.2.2).
async fn by_stream(server: SocketAddr, question: &Question) -> io::Result<DnsResponse> {
    let length = u16::try_from(question.bytes().len()).map_err(io::Error::other)?;
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(&[&length.to_be_bytes(), question.bytes()].concat()).await?;
    let mut message = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut message).await?;
    question.read(&message).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_servers_are_those_of_the_file() {
        let text = "# nameserver 192.0.2.9\nsearch example.com\nnameserver 192.0.2.1\n  nameserver\t2001:db8::1 # x\n\
                    nameserver fe80::1%eth0\noptions timeout:1\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n";
        let servers = ["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.3:53"].map(|text| text.parse().unwrap());
        assert_eq!(listed(text), servers);
        assert_eq!(listed("options rotate\n"), ["127.0.0.1:53".parse().unwrap()]);
    }
}
