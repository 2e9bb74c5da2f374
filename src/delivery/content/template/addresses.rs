//! Addresses in attributes with values in them.

/// Returns whether a URL has a host that no value can change.
pub(super) fn has_host(address: &str) -> bool {
    let rest = address.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    rest.is_some_and(|(host, _)| !host.is_empty() && host.chars().all(plain))
}

/// Returns the number of the value that is the whole of an attribute, if one is, between these characters.
pub(super) fn only_value(attribute: &str, (opens, closes): (char, char)) -> Option<usize> {
    let mark = attribute.strip_prefix(opens)?.strip_suffix(closes)?;
    mark.strip_suffix(' ')?.parse().ok()
}
