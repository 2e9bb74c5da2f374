// SPDX-License-Identifier: MIT

use std::time::Duration;

/// What a call may have besides its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub idempotency_key: Option<String>,
    /// Seconds.
    pub wait: u8,
}

/// One call of the API, the same in each try. It has no `Debug`: its body may have a code.
pub(crate) struct Call {
    pub method: &'static str,
    /// From the slash after the host on.
    pub path: String,
    pub body: Option<Vec<u8>>,
    pub headers: Vec<(&'static str, String)>,
    /// Whether the server does nothing twice if it gets this twice.
    pub repeatable: bool,
    /// What the server may take on purpose.
    pub wait: Duration,
}

impl Call {
    pub fn new(method: &'static str, path: String) -> Self {
        let repeatable = method == "GET";
        Self { method, path, body: None, headers: Vec::new(), repeatable, wait: Duration::ZERO }
    }
}
