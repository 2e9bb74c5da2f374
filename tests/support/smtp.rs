//! A plain SMTP client, with what the tests need.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

/// One session.
pub struct Session {
    stream: BufReader<Box<dyn ReadWrite>>,
}

/// A reply: its code and its text, lines joined by newlines.
pub type Reply = (u16, String);

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout above zero");
    stream
}

fn secure(stream: TcpStream, ca_file: &Path, host: &str) -> Session {
    let mut roots = RootCertStore::empty();
    let pem = fs::read(ca_file).expect("a readable CA file");
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate.expect("a certificate")).expect("a usable certificate");
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let host = ServerName::try_from(host.to_owned()).expect("a host name");
    let connection = ClientConnection::new(Arc::new(config), host).expect("a good configuration");
    Session { stream: BufReader::new(Box::new(StreamOwned::new(connection, stream))) }
}

impl Session {
    /// Connects in the clear and reads the greeting.
    pub fn plain(port: u16) -> Session {
        let mut session = Session { stream: BufReader::new(Box::new(connect(port))) };
        assert_eq!(session.reply().0, 220);
        session
    }

    /// Connects, goes through STARTTLS, and says EHLO again.
    pub fn starttls(port: u16, ca_file: &Path, host: &str) -> Session {
        let stream = connect(port);
        let clear = stream.try_clone().expect("a second handle");
        let mut session = Session { stream: BufReader::new(Box::new(clear)) };
        assert_eq!(session.reply().0, 220);
        assert_eq!(session.say("EHLO client.test").0, 250);
        assert_eq!(session.say("STARTTLS").0, 220);
        let mut session = secure(stream, ca_file, host);
        assert_eq!(session.say("EHLO client.test").0, 250);
        session
    }

    /// Connects with TLS from the first byte, reads the greeting and says EHLO.
    pub fn implicit(port: u16, ca_file: &Path, host: &str) -> Session {
        let mut session = secure(connect(port), ca_file, host);
        assert_eq!(session.reply().0, 220);
        assert_eq!(session.say("EHLO client.test").0, 250);
        session
    }

    /// AUTH PLAIN.
    pub fn auth(&mut self, user: &str, password: &str) -> Reply {
        self.say(&format!("AUTH PLAIN {}", STANDARD.encode(format!("\0{user}\0{password}"))))
    }

    /// Sends a whole mail; the reply is that to the first refused command, or to its end.
    pub fn send(&mut self, to: &str, mail: &str) -> Reply {
        for line in ["MAIL FROM:<sender@example.test>", &format!("RCPT TO:<{to}>"), "DATA"] {
            let reply = self.say(line);
            if reply.0 >= 400 {
                return reply;
            }
        }
        self.say(&format!("{}\r\n.", mail.replace('\n', "\r\n")))
    }

    /// Sends a line and reads the reply.
    pub fn say(&mut self, line: &str) -> Reply {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{line}\r\n").as_bytes()).expect("the server reads");
        stream.flush().expect("the server reads");
        self.reply()
    }

    fn reply(&mut self) -> Reply {
        let mut text = String::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("a reply");
            let code = line.get(..3).and_then(|c| c.parse().ok()).expect("a reply that begins with its code");
            text += line[3..].get(1..).unwrap_or_default().trim_end();
            if line.as_bytes().get(3) != Some(&b'-') {
                return (code, text);
            }
            text.push('\n');
        }
    }
}
