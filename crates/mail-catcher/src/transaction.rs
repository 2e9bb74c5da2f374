//! Receiving one mail: MAIL, RCPT, DATA and the content (RFC 5321 §3.3).

use std::sync::OnceLock;

use tokio::time::sleep;

use crate::data::{Content, Progress};
use crate::fault::{Fault, Stage};
use crate::mail::{self, Mail, Transport};
use crate::session::{Ended, Session};
use crate::trouble::Fate;

/// The maximum number of recipients of one mail (RFC 5321 §4.5.3.1.8).
const MAX_RECIPIENTS: usize = 100;

impl Session {
    /// Answers MAIL (RFC 5321 §4.1.1.2).
    pub(crate) async fn mail(&mut self, from: String, size: Option<usize>) -> Result<(), Ended> {
        if !self.takes_mail_here() {
            return self.reply(530, "5.7.0 must issue a STARTTLS command first").await;
        }
        let needs_login = self.shared.options.credentials.is_some() || self.shared.options.tokens.is_some();
        if self.username.is_none() && needs_login {
            return self.reply(530, "5.7.0 authentication required").await;
        }
        if self.from.is_some() {
            return self.reply(503, "5.5.1 sender already given").await;
        }
        if size.is_some_and(|bytes| bytes > self.size_limit()) {
            return self.reply(552, "5.3.4 too big").await;
        }
        if self.gate(Stage::Mail).await?.is_answered() {
            return Ok(());
        }
        self.from = Some(from);
        self.reply(250, "2.1.0 sender ok").await
    }

    /// Answers RCPT (RFC 5321 §4.1.1.3).
    pub(crate) async fn rcpt(&mut self, to: String) -> Result<(), Ended> {
        if self.from.is_none() {
            return self.reply(503, "5.5.1 sender first").await;
        }
        if self.to.len() >= MAX_RECIPIENTS {
            return self.reply(452, "4.5.3 too many recipients").await;
        }
        if self.gate(Stage::Rcpt).await?.is_answered() {
            return Ok(());
        }
        if let Some(code) = self.refusal(&to) {
            let text = format!("{}.7.1 not this recipient now", code / 100);
            self.testify(&to, &format!("{code} {text}"));
            return self.reply(code, &text).await;
        }
        // Trouble applies to mails, not to each of their recipients.
        if self.to.is_empty()
            && let Some((code, text)) = self.meet_trouble(&to).await?
        {
            return self.reply(code, text).await;
        }
        self.to.push(to);
        self.reply(250, "2.1.5 recipient ok").await
    }

    /// Applies the trouble to the mail to `to`: the reply that refuses it, if one does.
    async fn meet_trouble(&mut self, to: &str) -> Result<Option<(u16, &'static str)>, Ended> {
        let Some(fate) = self.shared.switch.strike() else { return Ok(None) };
        if let Fate::Wait(span) = fate {
            self.testify(to, &format!("nothing yet: it is switched to wait for {} s", span.as_secs()));
            self.transcript.note("waits, as it is switched to");
            self.wire.flush().await?;
            sleep(span).await;
        }
        let refusal = fate.refusal();
        if let Some((code, text)) = refusal {
            self.testify(to, &format!("{code} {text}"));
        }
        Ok(refusal)
    }

    fn testify(&self, to: &str, reply: &str) {
        if let Some(witness) = &self.shared.options.witness {
            witness.answered(to, reply);
        }
    }

    /// Answers DATA and receives the content (RFC 5321 §4.1.1.4).
    pub(crate) async fn data(&mut self) -> Result<(), Ended> {
        if self.to.is_empty() {
            return self.reply(503, "5.5.1 recipients first").await;
        }
        if self.gate(Stage::Data).await?.is_answered() {
            return Ok(());
        }
        self.reply(354, "end with a dot").await?;
        let content = self.read_content().await?;
        if content.is_too_long() {
            self.forget_envelope();
            return self.reply(552, "5.3.4 too big").await;
        }
        self.accept(content).await
    }

    async fn read_content(&mut self) -> Result<Content, Ended> {
        let limit = self.size_limit();
        let keeps_nothing = self.shared.mailbox.keeps_nothing();
        let mut content = if keeps_nothing { Content::measured(limit) } else { Content::kept(limit) };
        let mut begun = false;
        loop {
            if !begun && !self.wire.pending().is_empty() {
                begun = true;
                let _ = self.gate(Stage::Content).await?;
            }
            let (taken, progress) = content.feed(self.wire.pending());
            self.wire.consume(taken);
            if progress == Progress::Complete {
                self.transcript.note("content received");
                return Ok(content);
            }
            self.wire.fill().await?;
        }
    }

    /// Accepts responsibility for the mail unless a scripted reply refuses it. A session that ends or stalls
    /// here has stored the mail, like a real server that queues before it replies.
    async fn accept(&mut self, content: Content) -> Result<(), Ended> {
        let refused = self
            .faults
            .iter()
            .any(|fault| matches!(fault, Fault::Reply(Stage::EndOfData, code) if *code >= 400));
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        if !refused {
            to.iter().for_each(|to| self.testify(to, "250 2.0.0 caught"));
            self.keep(from, to, content);
        }
        self.step(Stage::EndOfData, "2.0.0 caught").await
    }

    fn keep(&self, from: String, to: Vec<String>, content: Content) {
        if self.shared.mailbox.keeps_nothing() {
            return self.shared.mailbox.count();
        }
        let transport = if self.wire.is_secure() { Transport::Tls } else { Transport::Clear };
        self.shared.mailbox.deposit(|id| Mail {
            id,
            received_at: (self.shared.now)(),
            from,
            to,
            session: mail::Session { transport, username: self.username.clone() },
            raw: content.into_bytes(),
            parsed: OnceLock::new(),
        });
    }

    /// Discards the mail in progress.
    pub(crate) fn forget_envelope(&mut self) {
        self.from = None;
        self.to.clear();
    }
}
