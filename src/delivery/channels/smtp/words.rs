//! Words for mail failures, derived from enhanced status codes.

use crate::domain::deliveries::reply::EnhancedStatus;

/// Returns the word for a status (RFC 3463, RFC 7372); `None` if the status says no more than the
/// class of the failure.
pub(super) fn of(status: EnhancedStatus) -> Option<&'static str> {
    let word = match (status.class, status.subject, status.detail) {
        (2, ..) => return None,
        (_, 1, 1) => "mailbox_unknown",
        (_, 1, 2 | 10) => "domain_unknown",
        (_, 1, 3) => "address_malformed",
        (_, 1, 6) => "mailbox_moved",
        (_, 1, 7 | 8) => "sender_unknown",
        (_, 2, 1) => "mailbox_disabled",
        (_, 2, 2) => "mailbox_full",
        (_, 2, 3) | (_, 3, 4) => "message_too_large",
        (_, 3, 1) => "storage_full",
        (_, 4, 4) => "domain_unreachable",
        (_, 4, 5) => "congested",
        (_, 7, 8) => "credentials_invalid",
        (_, 7, 9) => "login_mechanism_too_weak",
        (_, 7, 11) => "encryption_required",
        (_, 7, 20..=22) => "dkim_failed",
        (_, 7, 23 | 24) => "spf_failed",
        (_, 7, 25) => "reverse_dns_failed",
        (_, 7, 26) => "sender_not_authenticated",
        (_, 7, 1) => "not_authorized",
        (_, 7, 0) => "policy",
        _ => return None,
    };
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_for_the_usual_refusals_and_none_for_a_success() {
        let word = |text| of(EnhancedStatus::parse(text).unwrap());
        assert_eq!(word("5.1.1"), Some("mailbox_unknown"));
        assert_eq!(word("4.2.2"), Some("mailbox_full"));
        assert_eq!(word("5.7.26"), Some("sender_not_authenticated"));
        assert_eq!((word("2.1.1"), word("5.9.9")), (None, None));
    }
}
