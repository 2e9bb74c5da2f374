//! Helpers that cannot outlive the tests.
//!
//! A guardian is a script that holds something (a daemon, a mount) until its standard input ends, and then
//! releases it. The kernel closes that pipe when the test process ends, so this works after a panic, for
//! statics that are never dropped, and even after `kill -9`.

use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::eventually;

/// A running script that releases what it holds when it is dropped.
#[derive(Debug)]
pub struct Guardian {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Guardian {
    /// Starts the script and waits until it prints `ready`; otherwise fails with what it printed.
    pub fn start(mut script: Command) -> Result<Guardian, String> {
        // Not a pipe: nobody would read it while the script runs.
        let mut log = tempfile::tempfile().expect("a temporary file");
        let mut child = script
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.try_clone().expect("a second handle"))
            // Its own process group, so that Ctrl-C at the terminal leaves it time to clean up.
            .process_group(0)
            .spawn()
            .map_err(|e| format!("{script:?}: {e}"))?;
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("it was asked for"));
        let mut guardian = Guardian { child, orders, answers };
        if guardian.answer() == "ready" {
            return Ok(guardian);
        }
        drop(guardian);
        let mut said = String::new();
        let _ = log.rewind().and_then(|()| log.read_to_string(&mut said));
        Err(said.trim().to_owned())
    }

    /// The process of the script.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a command and waits until it is done.
    pub fn order(&mut self, verb: &str) {
        let orders = self.orders.as_mut().expect("open until the drop");
        writeln!(orders, "{verb}").expect("the guardian listens");
        assert_eq!(self.answer(), "ok", "the guardian did not {verb}");
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        let _ = self.answers.read_line(&mut line);
        line.trim_end().to_owned()
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        self.orders = None;
        let gone = eventually(Duration::from_secs(10), || self.child.try_wait().ok().flatten());
        if gone.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
