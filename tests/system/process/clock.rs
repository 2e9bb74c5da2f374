//! The machine's clock is changed while the server runs, and while it does not: with libfaketime, which fakes
//! the wall clock and not the stopwatch.

use std::fs;
use std::path::PathBuf;
use std::process::Output;
use std::time::Duration;

use tempfile::TempDir;

use crate::process::app::App;
use crate::support::eventually;
use crate::support::faketime;
use crate::support::lab::need;

const AHEAD: &str = "otpmint_clock_ahead_seconds";
/// How old the recorded time of a killed server may be, plus some for a busy machine.
const NOTE: f64 = 30.0;
const SOON: Duration = Duration::from_secs(15);

/// A server whose wall clock a test sets.
struct Wrong {
    app: App,
    file: PathBuf,
    _folder: TempDir,
}

impl Wrong {
    fn start() -> Option<Self> {
        let library = need(faketime::library())?;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("offset");
        fs::write(&file, "+0").unwrap();
        let app = App::start_empty(&[], |server| {
            server
                .env("LD_PRELOAD", &library.display().to_string())
                .env("FAKETIME_TIMESTAMP_FILE", &file.display().to_string())
                .env("FAKETIME_NO_CACHE", "1")
                // If the stopwatch jumped, sleeping tasks would never wake.
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        });
        assert_eq!(app.register(crate::process::app::KEY, crate::process::app::PASSWORD).status, 200);
        Some(Self { app, file, _folder: folder })
    }

    fn set(&self, offset: &str) {
        fs::write(&self.file, offset).unwrap();
    }

    #[track_caller]
    fn is_ahead_by(&self, seconds: f64, tolerance: f64) {
        let told = || self.app.metric(AHEAD).filter(|ahead| (ahead - seconds).abs() <= tolerance);
        assert!(eventually(SOON, told).is_some(), "ahead by {:?}, not {seconds}", self.app.metric(AHEAD));
    }

    fn beside(&self, command: &[&str]) -> (Option<i32>, String) {
        let Output { status, stdout, stderr } = self.app.server.beside(command).output().unwrap();
        (status.code(), [stdout, stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat())
    }
}

#[test]
fn a_server_goes_on_with_its_time_when_the_machines_clock_is_set_back() {
    let Some(mut wrong) = Wrong::start() else { return };
    let app = &wrong.app;
    let (first, second) = (app.challenge("first@clock.example"), app.challenge("second@clock.example"));
    wrong.is_ahead_by(0.0, 0.0);
    wrong.set("-1d");
    wrong.is_ahead_by(86_400.0, 2.0);
    let app = &wrong.app;
    assert_eq!(app.verify(&first.0, &first.1).unwrap().status, 201);
    assert!(app.server.log().contains("the machine's clock was set back"), "{}", app.server.log());
    assert_eq!(app.server.log().matches("the machine's clock was set back").count(), 1, "told once");

    wrong.app.server.kill();
    wrong.app.server.start_again();
    wrong.is_ahead_by(86_400.0, NOTE);
    assert_eq!(wrong.app.verify(&second.0, &second.1).unwrap().status, 201);
    let (code, said) = wrong.beside(&["doctor"]);
    assert!(code == Some(0) && said.contains("ahead of this machine's clock"), "{said}");
}

#[test]
fn after_an_accidental_jump_the_operator_puts_the_time_back() {
    let Some(mut wrong) = Wrong::start() else { return };
    let before = wrong.app.challenge("before@clock.example");
    wrong.set("+1h");
    assert_eq!(wrong.app.verify(&before.0, &before.1).unwrap().status, 400, "an hour later");
    let during = wrong.app.challenge("during@clock.example");
    // Housekeeping must record the time once.
    wrong.set("+0");
    wrong.is_ahead_by(3_600.0, 2.0);
    assert_eq!(wrong.beside(&["clock", "reset"]).0, Some(4), "beside a running server");
    assert!(wrong.app.server.terminate(SOON).expect("it ends").success());
    let (code, said) = wrong.beside(&["clock", "reset"]);
    assert!(code == Some(0) && said.contains("1 codes expired"), "{said}");
    wrong.app.server.start_again();
    wrong.is_ahead_by(0.0, 0.0);
    assert_eq!(wrong.app.verify(&during.0, &during.1).unwrap().status, 400);
    let after = wrong.app.challenge("after@clock.example");
    assert_eq!(wrong.app.verify(&after.0, &after.1).unwrap().status, 201);
    assert!(wrong.app.server.terminate(SOON).expect("it ends").success());
    let (code, said) = wrong.beside(&["clock", "reset"]);
    assert!(code == Some(0) && said.contains("nothing was changed"), "{said}");
}
