//! Names of hosts.

/// Parses a host name (RFC 1123 §2.1, international names as ASCII) or an IP address, and returns
/// it in lower case.
pub fn parse_host(text: &str) -> Option<String> {
    let text = text.trim_matches(' ');
    if let Ok(ip) = text.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>() {
        return Some(ip.to_string());
    }
    let name = idna::domain_to_ascii_strict(text.strip_suffix('.').unwrap_or(text)).ok()?;
    // A name that ends in a number is an address in an unusual notation (`127.1`, `0x7f000001`),
    // which a resolver would understand and our address rules would not have checked.
    let last = name.rsplit('.').next()?;
    let numeric = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x");
    (!name.is_empty() && name.len() <= 253 && !numeric).then_some(name)
}

/// Returns whether a name or an IP address is this machine's own, as far as the text tells.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_name_and_its_addresses() {
        for here in ["localhost", "127.0.0.1", "127.1.2.3", "::1"] {
            assert!(is_loopback(here), "{here}");
        }
        for elsewhere in ["", "db", "localhost.example", "192.0.2.1", "0.0.0.0", "::"] {
            assert!(!is_loopback(elsewhere), "{elsewhere:?}");
        }
    }

    #[test]
    fn hosts_that_hide_an_address_are_refused() {
        for bad in
            ["", "127.1", "0x7f000001", "2130706433", "a b.example", "exa\r\nmple.com", "-a.example", "a..b"]
        {
            assert_eq!(parse_host(bad), None, "{bad:?}");
        }
        assert_eq!(parse_host("[::1]").as_deref(), Some("::1"));
        assert_eq!(parse_host("mail.example.com.").as_deref(), Some("mail.example.com"));
    }
}
