//! Where scripted faults strike a session.

use std::future::pending;

use tokio::time::sleep;

use crate::fault::{Fault, Injection, Stage};
use crate::session::{Ended, Session};

/// What is left to do after the faults of a stage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// The normal work of the stage.
    Open,
    /// Nothing: the client has its reply.
    Answered,
}

impl Gate {
    pub(crate) const fn is_answered(self) -> bool {
        matches!(self, Self::Answered)
    }
}

const FORGED_EHLO_REPLY: &str = "250-injected\r\n250 AUTH PLAIN LOGIN\r\n";
const FORGED_SESSION: &str = "250-injected\r\n250 AUTH PLAIN LOGIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n\
    354 go on\r\n250 queued, says somebody on the path\r\n";
const NO_TLS: &[u8] = b"this is not a TLS record\r\n";

impl Session {
    /// Whether this fault strikes the session.
    pub(crate) fn has_fault(&self, fault: &Fault) -> bool {
        self.faults.contains(fault)
    }

    /// Applies the faults of `stage`.
    pub(crate) async fn gate(&mut self, stage: Stage) -> Result<Gate, Ended> {
        // Sessions without faults are the hot path of benchmarks.
        if self.faults.is_empty() {
            return Ok(Gate::Open);
        }
        for fault in self.faults.clone() {
            match fault {
                Fault::Delay(at, span) if at == stage => {
                    self.wire.flush().await?;
                    sleep(span).await;
                }
                Fault::Stall(at) if at == stage => {
                    self.transcript.note("stalled");
                    self.wire.flush().await?;
                    pending::<()>().await;
                }
                Fault::Close(at) if at == stage => return Err(self.cut("closed", Ended::Closed).await?),
                Fault::Reset(at) if at == stage => return Err(self.cut("reset", Ended::Reset).await?),
                Fault::EndlessLines(at) if at == stage => self.send_without_end(stage).await?,
                Fault::HugeLine(at, bytes) if at == stage => {
                    self.reply(stage.success(), &"x".repeat(bytes.saturating_sub(6))).await?;
                    return Ok(Gate::Answered);
                }
                Fault::Reply(at, code) if at == stage => return self.fail(stage, code).await,
                _ => {}
            }
        }
        Ok(Gate::Open)
    }

    async fn cut(&mut self, how: &str, ended: Ended) -> Result<Ended, Ended> {
        self.transcript.note(how);
        self.wire.flush().await?;
        Ok(ended)
    }

    async fn fail(&mut self, stage: Stage, code: u16) -> Result<Gate, Ended> {
        self.reply(code, &format!("{}.0.0 scripted fault", code / 100)).await?;
        let over = code == 421 || matches!(stage, Stage::Banner | Stage::Content | Stage::Quit);
        if over { Err(Ended::Closed) } else { Ok(Gate::Answered) }
    }

    async fn send_without_end(&mut self, stage: Stage) -> Result<(), Ended> {
        let line = format!("{}-{}\r\n", stage.success(), "x".repeat(70));
        self.transcript.note("lines without end");
        loop {
            self.wire.send(line.as_bytes());
            self.wire.flush().await?;
        }
    }

    /// Replies 220 to STARTTLS, with whatever the faults add.
    pub(crate) async fn go_ahead_with_tls(&mut self) -> Result<(), Ended> {
        self.reply(220, "2.0.0 ready to start TLS").await?;
        for fault in self.faults.clone() {
            match fault {
                Fault::StartTlsInjection(injection) => {
                    let forged = match injection {
                        Injection::EhloReply => FORGED_EHLO_REPLY,
                        Injection::WholeSession => FORGED_SESSION,
                    };
                    self.transcript.note("forged replies sent in clear");
                    self.wire.send(forged.as_bytes());
                }
                Fault::StartTlsGarbage => {
                    self.transcript.note("garbage in place of TLS");
                    self.wire.flush().await?;
                    self.wire.send(&NO_TLS.repeat(20));
                    return Err(Ended::Closed);
                }
                _ => {}
            }
        }
        Ok(self.wire.flush().await?)
    }

    /// The recipient's own faults: the code that refuses it, if one does.
    pub(crate) fn refusal(&self, recipient: &str) -> Option<u16> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::Greylist(times) => self.shared.script.greylists(recipient, *times).then_some(450),
            Fault::RecipientRefused(start, code) => recipient.starts_with(start.as_str()).then_some(*code),
            _ => None,
        })
    }

    /// The maximum size of a mail in this session, in bytes.
    pub(crate) fn size_limit(&self) -> usize {
        let scripted = self.faults.iter().find_map(|fault| match fault {
            Fault::SizeLimit(bytes) => Some(*bytes),
            _ => None,
        });
        scripted.unwrap_or(self.shared.options.max_mail_bytes)
    }

    /// Further lines for the reply to EHLO.
    pub(crate) fn extra_extensions(&self) -> usize {
        let count = |fault: &Fault| if let Fault::ManyExtensions(count) = fault { *count } else { 0 };
        self.faults.iter().map(count).sum()
    }

    /// `line`, altered by the faults.
    pub(crate) fn disfigure(&self, line: String) -> Vec<u8> {
        let mut bytes = line.into_bytes();
        if self.has_fault(&Fault::WordCodes) {
            bytes.splice(..3, *b"ABC");
        }
        if self.has_fault(&Fault::BinaryText) {
            bytes.extend_from_slice(b" \xff\xfe\xc3");
        }
        bytes
    }
}
