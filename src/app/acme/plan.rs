//! When a certificate is ordered.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::app::tls::Certificate;
use crate::domain::time::Timestamp;

/// After the first failure. Each further one takes three times as long, because authorities count them: Let's Encrypt
/// takes five in an hour.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 3_600);

/// Whether another certificate is needed at `now`: this one is for other names, or a third of its life is left.
pub(super) fn is_due(certificate: Option<&Certificate>, domains: &[String], now: Timestamp) -> bool {
    let Some(certificate) = certificate else { return true };
    let [served, wanted]: [BTreeSet<_>; 2] =
        [&certificate.names[..], domains].map(|names| names.iter().map(|name| name.to_lowercase()).collect());
    let life = certificate.ends.since(certificate.begins);
    served != wanted || now + life / 3 >= certificate.ends
}

/// How long to wait after so many failures in a row.
pub(super) fn pause(failures: u32) -> Duration {
    let times = 3u32.checked_pow(failures.saturating_sub(1));
    times.map_or(LONGEST_PAUSE, |times| FIRST_PAUSE.saturating_mul(times).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tls::pem;

    #[test]
    fn a_certificate_is_renewed_when_a_third_of_its_life_is_left_or_its_names_are_others() {
        let (chain, key) = pem("otp.example");
        let mut certificate = Certificate::parse(chain.as_bytes(), key.as_bytes()).unwrap();
        let day = |day: i64| Timestamp::from_millis(day * 86_400_000);
        (certificate.begins, certificate.ends) = (day(0), day(90));
        let names = ["192.0.2.7", "OTP.example"].map(str::to_owned);
        let due = |names: &[String], now| is_due(Some(&certificate), names, now);
        assert!(!due(&names, day(1)) && !due(&names, day(59)));
        assert!(due(&names, day(60)) && due(&names, day(91)));
        assert!(due(&names[1..], day(1)));
        assert!(is_due(None, &names, day(1)));
    }

    #[test]
    fn failures_are_at_most_five_in_the_first_hour_and_four_a_day_after_it() {
        let pauses: Vec<u64> = (1..9).map(|failures| pause(failures).as_secs()).collect();
        assert_eq!(pauses, [60, 180, 540, 1_620, 4_860, 14_580, 21_600, 21_600]);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }
}
