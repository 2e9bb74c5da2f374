//! `Prefer` (RFC 7240): how long a caller wants to wait for the outcome of its message.

use std::time::Duration;

use actix_web::HttpRequest;

/// The longest wait that is granted.
const LONGEST: u64 = 10;

/// The wait of `Prefer: wait=N`, at most ten seconds; `None` without it and with `respond-async`. What is
/// not understood is ignored, as RFC 7240 §2 requires.
pub(crate) fn wait(request: &HttpRequest) -> Option<Duration> {
    let lines = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    let wishes: Vec<&str> = lines.flat_map(|line| line.split([',', ';'])).map(str::trim).collect();
    if wishes.iter().any(|wish| wish.eq_ignore_ascii_case("respond-async")) {
        return None;
    }
    let seconds = wishes.iter().find_map(|wish| {
        let (name, value) = wish.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("wait")
            .then(|| value.trim().trim_matches('"').parse::<u64>().ok())?
    });
    seconds.filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(seconds.min(LONGEST)))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_wait_is_granted_up_to_ten_seconds_and_never_taken_from_nonsense() {
        let wait = |value: &str| {
            let request = TestRequest::default().insert_header(("Prefer", value)).to_http_request();
            wait(&request).map(|wait| wait.as_secs())
        };
        assert_eq!(wait("wait=3"), Some(3));
        assert_eq!(wait("foo; Wait = 5"), Some(5));
        assert_eq!(wait("wait=9999"), Some(10));
        for none in ["wait=0", "wait=-1", "wait", "wait=x", "respond-async, wait=5", "", "waiting=3"] {
            assert_eq!(wait(none), None, "{none}");
        }
    }
}
