//! Time limits of a connection.

use std::time::Duration;

use crate::config::Settings;

/// Time limits of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeouts {
    /// Until its first request head has arrived; before that, for the TLS handshake.
    pub(super) head: Duration,
    /// Between two requests.
    pub(super) idle: Duration,
    /// From one answer to the next, whatever happens in between.
    pub(super) response: Duration,
    /// For the last bytes of a connection that the server closes.
    pub(super) farewell: Duration,
}

impl Timeouts {
    /// The limits of the settings.
    pub(super) fn of(settings: &Settings) -> Self {
        let server = &settings.server;
        let [head, idle, body, wait] = [
            server.header_timeout_seconds,
            server.idle_timeout_seconds,
            server.body_timeout_seconds,
            settings.delivery.wait_seconds,
        ]
        .map(Duration::from_secs);
        Self { head, idle, response: head + idle + body + wait, farewell: Duration::from_secs(1) }
    }
}
