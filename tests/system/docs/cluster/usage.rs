//! An app that uses the servers, through the balancer, and remembers what it was told.

use std::time::Duration;

use serde_json::Value;

use super::machine::Machines;
use crate::support::eventually;

/// An app with a test key, whose codes can be read.
pub struct App {
    key: String,
    /// Challenges that were acknowledged and are still to be answered.
    open: Vec<String>,
    sent: u32,
}

impl App {
    /// Registers it on the first server.
    pub fn register(machines: &mut Machines) -> Self {
        let here = machines.here("a");
        let add = "echo pw | otpmint tenant add --sandbox --smtp-host mail.example.com --smtp-mail app@example.com \
                   --smtp-password-file /dev/stdin --config /etc/otpmint/otpmint.toml";
        let said = machines.run("a", &here(add));
        let key = said.split_whitespace().find(|word| word.starts_with("otpm_test_"));
        let key = key.unwrap_or_else(|| panic!("no test key in {said}")).to_owned();
        let mut app = Self { key, open: Vec::new(), sent: 0 };
        app.goes_on(machines, super::SOON);
        app
    }

    /// Codes are minted and verified, at once or within this time.
    #[track_caller]
    pub fn goes_on(&mut self, machines: &mut Machines, within: Duration) {
        let mut said = String::new();
        let done = eventually(within, || {
            let kept = self.mint(machines).map_err(|refused| said = refused).ok()?;
            let used = self.mint(machines).map_err(|refused| said = refused).ok()?;
            self.open.push(kept);
            self.verify(machines, &used).map_err(|refused| said = refused).ok()
        });
        assert!(done.is_some(), "codes are not minted and verified: {said}");
    }

    /// What could not be recorded is refused, and never acknowledged.
    #[track_caller]
    pub fn is_refused(&mut self, machines: &mut Machines) {
        for _ in 0..3 {
            let refused = self.mint(machines).expect_err("nothing can be recorded");
            assert!(refused.ends_with(" 503"), "{refused}");
        }
    }

    /// Every challenge that was acknowledged can still be verified, once.
    #[track_caller]
    pub fn nothing_is_missing(&mut self, machines: &mut Machines) {
        assert!(self.open.len() >= 8, "{:?}", self.open);
        for challenge in std::mem::take(&mut self.open) {
            self.verify(machines, &challenge).expect("it was acknowledged");
            let again = self.verify(machines, &challenge).expect_err("it was used");
            assert!(again.contains("already_used") || again.contains("verified"), "{again}");
        }
    }

    fn mint(&mut self, machines: &mut Machines) -> Result<String, String> {
        self.sent += 1;
        // A reserved recipient: its code is always the same.
        let body = format!("{{\"to\": \"delivered+{}@otpmint.test\", \"ttl\": 900}}", self.sent);
        let minted = self.post(machines, "challenges", &body)?;
        Ok(minted["key"].as_str().expect("a key").to_owned())
    }

    fn verify(&self, machines: &mut Machines, challenge: &str) -> Result<(), String> {
        self.post(machines, &format!("challenges/{challenge}/verify"), "{\"code\": \"424242\"}").map(|_| ())
    }

    /// The answer, or what was said instead with its status.
    fn post(&self, machines: &mut Machines, path: &str, body: &str) -> Result<Value, String> {
        let said = machines.run(
            "c",
            &format!(
                "curl -w ' %{{http_code}}' https://otp.example.com/v1/{path} --json '{body}' \
                 -H 'Authorization: Bearer {}' || true",
                self.key
            ),
        );
        let (answer, status) = said.rsplit_once(' ').ok_or_else(|| said.clone())?;
        if !status.starts_with('2') {
            return Err(said.trim().to_owned());
        }
        serde_json::from_str(answer).map_err(|error| format!("{error}: {said}"))
    }
}
