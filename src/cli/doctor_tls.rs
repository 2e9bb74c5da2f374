//! The part of `otpmint doctor` that looks at the server's own certificate.

use std::sync::Arc;

use crate::app::{self, Ambient, Finding, Foundation};
use crate::config::Settings;
use crate::domain::time::Clock as _;

use super::failure::Failure;

/// Looks at the files that the settings name.
pub(super) fn tell_files(settings: &Settings, ambient: &Ambient) -> Result<(), Failure> {
    tell(app::report_certificate_files(settings, ambient.clock.now()))
}

/// Looks at what the authority has issued, if the server gets its certificate by itself.
pub(super) async fn tell_issued(
    settings: &Settings,
    ambient: &Ambient,
    foundation: &Foundation,
) -> Result<(), Failure> {
    if !settings.tls.is_automatic() {
        return Ok(());
    }
    let outbox = Arc::new(app::outbox(settings, ambient, foundation)?);
    let services = app::services(settings, ambient, foundation, outbox)?;
    tell(app::report_issued_certificate(settings, &services.acme, ambient.clock.now()).await?)
}

fn tell(findings: Vec<Finding>) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for finding in findings {
        match finding {
            Finding::Fine(what) => println!("ok    {what}"),
            Finding::Note(what) => println!("note  {what}"),
            Finding::Problem(what) => problems.push(what),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::new(problems.join("\n         "))) }
}
