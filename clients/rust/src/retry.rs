// SPDX-License-Identifier: MIT

use std::time::Duration;

use crate::error::{Error, Kind};

/// What a server asks for is waited out only if it is no longer than this, in seconds.
const SHORT: u32 = 3;

/// The first pause after a lost connection. It doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// How long to wait before the request is sent again, or nothing if that would not help. `tried` is how often it was
/// sent, `asked` what `Retry-After` says.
pub(crate) fn pause_before(tried: u32, error: &Error, asked: Option<u32>) -> Option<Duration> {
    if !is_passing(error) {
        return None;
    }
    let pause = match asked {
        Some(seconds) if seconds > SHORT => return None,
        Some(seconds) => Duration::from_secs(seconds.into()),
        None if error.status() == Some(429) => return None,
        None => FIRST_PAUSE * 2_u32.saturating_pow(tried - 1),
    };
    // Up to half as much again, so that clients that failed together do not come back together.
    let mut random = [0];
    let _ = aws_lc_rs::rand::fill(&mut random);
    Some(pause + pause * u32::from(random[0]) / 512)
}

/// Whether the same request may succeed soon.
fn is_passing(error: &Error) -> bool {
    // The first request, whose answer was lost, is still being carried out.
    error.kind() == Kind::ConnectionLost
        || error.code() == "idempotency_key_in_use"
        || matches!(error.status(), Some(429 | 502..=504))
}
