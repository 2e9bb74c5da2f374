//! What was said in each session, for tests: commands and replies, never what AUTH carries.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

const MAX_SESSIONS: usize = 500;
const MAX_LINES: usize = 1000;
const MAX_LINE: usize = 200;

type Lines = Arc<Mutex<Vec<String>>>;

/// The transcripts of the last sessions.
#[derive(Default)]
pub(crate) struct Transcripts(Mutex<VecDeque<Lines>>);

impl Transcripts {
    pub(crate) fn begin(&self) -> Transcript {
        let lines = Lines::default();
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() == MAX_SESSIONS {
            sessions.pop_front();
        }
        sessions.push_back(Arc::clone(&lines));
        Transcript(Some(lines))
    }

    pub(crate) fn all(&self) -> Vec<Vec<String>> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let copy = |lines: &Lines| lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
        sessions.iter().map(copy).collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The transcript of one session, readable during the session.
pub(crate) struct Transcript(Option<Lines>);

impl Transcript {
    /// A transcript that records nothing.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// A line that the client sent.
    pub(crate) fn client(&self, line: &str) {
        self.push(|| format!("C: {}", redacted(line)));
    }

    /// A line that the server sent.
    pub(crate) fn server(&self, line: &str) {
        self.push(|| format!("S: {line}"));
    }

    /// Something that happened.
    pub(crate) fn note(&self, what: &str) {
        self.push(|| format!("-- {what}"));
    }

    fn push(&self, line: impl FnOnce() -> String) {
        let Some(lines) = &self.0 else { return };
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() < MAX_LINES {
            lines.push(line().chars().take(MAX_LINE).collect());
        }
    }
}

/// `line` without the initial response of AUTH (RFC 4954 §4), which is the password.
fn redacted(line: &str) -> String {
    let mut words = line.split_ascii_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(verb), Some(mechanism), Some(_)) if verb.eq_ignore_ascii_case("AUTH") => {
            format!("AUTH {mechanism} (secret)")
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_auth_carries_is_left_out() {
        let transcripts = Transcripts::default();
        let transcript = transcripts.begin();
        transcript.client("auth plain AGEAYg==");
        transcript.client("AUTH LOGIN");
        transcript.client("MAIL FROM:<a@example.com> SIZE=3");
        let kept = &transcripts.all()[0];
        assert_eq!(kept, &["C: AUTH plain (secret)", "C: AUTH LOGIN", "C: MAIL FROM:<a@example.com> SIZE=3"]);
    }
}
