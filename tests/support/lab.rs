//! Parts that not every machine has: a test that needs a missing one is skipped with a message, or fails if
//! the run requires them all (`OTPMINT_REQUIRE_LAB=1`, as in CI).

use std::env;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;

/// Why a part is not available here.
#[derive(Clone, Debug)]
pub struct Missing(pub String);

/// Returns the part, or prints why the test is skipped. Panics if skipping is not allowed.
///
/// ```ignore
/// let Some(postfix) = need(Postfix::shared()) else { return };
/// ```
#[track_caller]
pub fn need<T>(part: Result<T, Missing>) -> Option<T> {
    match part {
        Ok(part) => Some(part),
        Err(Missing(reason)) if env::var_os("OTPMINT_REQUIRE_LAB").is_some_and(|v| v == "1") => {
            panic!("this run may not skip tests: {reason}")
        }
        Err(Missing(reason)) => {
            let test = thread::current().name().unwrap_or("a test").to_owned();
            // Not a print macro: the harness would capture the output of a passing test.
            let _ = writeln!(io::stderr(), "skipped: {test}: {reason}");
            None
        }
    }
}

/// Refuses if the tests do not run as root.
pub fn need_root(what: &str) -> Result<(), Missing> {
    match fs::metadata("/proc/self").map(|m| m.uid()) {
        Ok(0) => Ok(()),
        _ => Err(Missing(format!("{what} needs root"))),
    }
}

/// Refuses if a command is not installed.
pub fn need_command(name: &str) -> Result<(), Missing> {
    let path = env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    match path.split(':').any(|folder| Path::new(folder).join(name).is_file()) {
        true => Ok(()),
        false => {
            Err(Missing(format!("`{name}` is not installed (./check installs it on Debian and Ubuntu)")))
        }
    }
}
