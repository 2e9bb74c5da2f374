//! One SMTP session (RFC 5321 §3 and §4).

use std::io;
use std::sync::Arc;

use tokio::net::TcpStream;

use crate::command::Command;
use crate::fault::{Fault, Stage};
use crate::options::TlsMode;
use crate::shared::Shared;
use crate::transcript::Transcript;
use crate::wire::{Line, Wire};

/// Why a session is over.
pub(crate) enum Ended {
    /// The connection must be closed.
    Closed,
    /// The connection must be reset.
    Reset,
    /// The connection broke, or nothing arrived for too long.
    Broken,
}

impl From<io::Error> for Ended {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

/// What a session does next.
#[derive(Clone, Copy)]
pub(crate) enum Next {
    Command,
    Handshake,
}

/// One session.
pub(crate) struct Session {
    pub(crate) shared: Arc<Shared>,
    pub(crate) wire: Wire,
    pub(crate) faults: Vec<Fault>,
    pub(crate) transcript: Transcript,
    pub(crate) username: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) to: Vec<String>,
}

/// Talks to the client until either side is done.
pub(crate) async fn serve(shared: Arc<Shared>, stream: TcpStream) {
    // Without it every small reply could wait for the client's delayed ACK.
    let _ = stream.set_nodelay(true);
    let faults = shared.script.begin_connection();
    let drip = faults
        .iter()
        .find_map(|fault| if let Fault::Drip(interval) = fault { Some(*interval) } else { None });
    let transcript = shared.begin_connection();
    let wire = Wire::new(stream, drip);
    let session = Session { shared, wire, faults, transcript, username: None, from: None, to: Vec::new() };
    session.run().await;
}

impl Session {
    async fn run(mut self) {
        let implicit = self.shared.options.tls == TlsMode::Implicit;
        let mut next = if implicit { Ok(Next::Handshake) } else { self.greet().await };
        loop {
            match next {
                Ok(Next::Command) => next = self.take_command().await,
                Ok(Next::Handshake) => {
                    let Some(secure) = self.secure().await else { return };
                    self = secure;
                    next = if implicit { self.greet().await } else { Ok(Next::Command) };
                }
                Err(ended) => return self.end(ended).await,
            }
        }
    }

    async fn end(mut self, ended: Ended) {
        // The client may be gone by now; that is not an error of the server.
        match ended {
            Ended::Closed => drop(self.wire.close().await),
            Ended::Reset => drop(self.wire.reset()),
            Ended::Broken => {}
        }
    }

    /// The session after a TLS handshake; earlier state is discarded (RFC 3207 §4.2).
    async fn secure(mut self) -> Option<Self> {
        if let Err(ended) = self.gate(Stage::Handshake).await {
            self.end(ended).await;
            return None;
        }
        match self.wire.secure(&self.shared.acceptor).await {
            Ok(wire) => {
                self.transcript.note("TLS");
                Some(Self { wire, username: None, from: None, to: Vec::new(), ..self })
            }
            Err(_) => {
                self.transcript.note("no TLS: the handshake failed");
                None
            }
        }
    }

    async fn greet(&mut self) -> Result<Next, Ended> {
        self.step(Stage::Banner, "localhost ESMTP mail catcher").await?;
        Ok(Next::Command)
    }

    async fn take_command(&mut self) -> Result<Next, Ended> {
        match self.next_command().await? {
            Command::StartTls => self.start_tls().await,
            command => self.answer(command).await.map(|()| Next::Command),
        }
    }

    async fn next_command(&mut self) -> Result<Command, Ended> {
        loop {
            match self.wire.line().await? {
                Line::Text(line) => {
                    self.transcript.client(&line);
                    return Ok(Command::parse(&line));
                }
                Line::TooLong => self.reply(500, "5.5.2 line too long").await?,
            }
        }
    }

    async fn answer(&mut self, command: Command) -> Result<(), Ended> {
        match command {
            Command::Ehlo => self.ehlo().await,
            Command::Helo => self.step(Stage::Ehlo, "localhost").await,
            Command::Auth { mechanism, initial } => self.auth(mechanism, initial).await,
            Command::Mail { from, size } => self.mail(from, size).await,
            Command::Rcpt { to } => self.rcpt(to).await,
            Command::Data => self.data().await,
            Command::Rset => {
                self.forget_envelope();
                self.reply(250, "2.0.0 forgotten").await
            }
            Command::Noop => self.reply(250, "2.0.0 nothing done").await,
            Command::Quit => {
                self.step(Stage::Quit, "2.0.0 goodbye").await?;
                Err(Ended::Closed)
            }
            Command::Malformed | Command::StartTls => self.reply(501, "5.5.4 cannot read that").await,
            Command::Unknown => self.reply(500, "5.5.1 unknown command").await,
        }
    }

    async fn ehlo(&mut self) -> Result<(), Ended> {
        self.forget_envelope();
        if self.gate(Stage::Ehlo).await?.is_answered() {
            return Ok(());
        }
        let mut lines = vec!["localhost".to_owned(), "PIPELINING".to_owned(), "8BITMIME".to_owned()];
        lines.push("ENHANCEDSTATUSCODES".to_owned());
        if self.offers_starttls() {
            lines.push("STARTTLS".to_owned());
        }
        if self.takes_mail_here() && !self.has_fault(&Fault::AuthNotOffered) {
            lines.push(format!("AUTH {}", self.mechanisms()));
        }
        lines.extend((0..self.extra_extensions()).map(|n| format!("X-EXTENSION-{n} {}", "y".repeat(60))));
        for line in lines {
            self.reply_line(250, "-", &line);
        }
        let size = self.size_limit();
        self.reply(250, &format!("SIZE {size}")).await
    }

    fn mechanisms(&self) -> &'static str {
        if let Some(tokens) = &self.shared.options.tokens {
            tokens.mechanisms
        } else if self.has_fault(&Fault::AuthUnknownMechanism) {
            "X-NOBODY-HAS-THIS"
        } else if self.has_fault(&Fault::AuthLoginOnly) {
            "LOGIN"
        } else {
            "PLAIN LOGIN"
        }
    }

    fn offers_starttls(&self) -> bool {
        self.shared.options.tls == TlsMode::StartTls
            && !self.wire.is_secure()
            && !self.has_fault(&Fault::StartTlsNotOffered)
    }

    /// Whether the connection is protected as AUTH and MAIL require.
    pub(crate) fn takes_mail_here(&self) -> bool {
        self.wire.is_secure()
            || self.shared.options.tls == TlsMode::Plain
            || self.has_fault(&Fault::StartTlsNotOffered)
    }

    async fn start_tls(&mut self) -> Result<Next, Ended> {
        if self.gate(Stage::StartTls).await?.is_answered() {
            return Ok(Next::Command);
        }
        if !self.offers_starttls() {
            self.reply(502, "5.5.1 STARTTLS is not offered").await?;
            return Ok(Next::Command);
        }
        if !self.wire.pending().is_empty() {
            // If kept, these would pass for commands that came through TLS.
            self.reply(554, "5.5.1 nothing may follow STARTTLS").await?;
            return Err(Ended::Closed);
        }
        self.go_ahead_with_tls().await?;
        Ok(Next::Handshake)
    }

    /// Applies the faults of `stage`, and replies with success if none struck.
    pub(crate) async fn step(&mut self, stage: Stage, text: &str) -> Result<(), Ended> {
        if self.gate(stage).await?.is_answered() {
            return Ok(());
        }
        self.reply(stage.success(), text).await
    }

    /// The last or only line of a reply. It is sent when input is awaited.
    pub(crate) async fn reply(&mut self, code: u16, text: &str) -> Result<(), Ended> {
        self.reply_line(code, " ", text);
        if code == 421 {
            return Err(Ended::Closed);
        }
        Ok(())
    }

    fn reply_line(&mut self, code: u16, separator: &str, text: &str) {
        let line = format!("{code}{separator}{text}");
        self.transcript.server(&line);
        if self.faults.is_empty() {
            self.wire.send(line.as_bytes());
        } else {
            let line = self.disfigure(line);
            self.wire.send(&line);
        }
        self.wire.send(b"\r\n");
    }
}
