//! The extensions in a server's reply to EHLO (RFC 5321 §4.1.1.1).

use super::reply::Reply;

/// The extensions that matter here. Those announced before STARTTLS must be discarded after it (RFC
/// 3207 §4.2).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Extensions {
    /// STARTTLS (RFC 3207).
    pub(super) starttls: bool,
    /// PIPELINING (RFC 2920): several commands in one segment.
    pub(super) pipelining: bool,
    /// AUTH PLAIN (RFC 4616).
    pub(super) plain: bool,
    /// AUTH LOGIN, the older mechanism, which is the only one that some servers offer.
    pub(super) login: bool,
    /// AUTH XOAUTH2, which Google and Microsoft offer.
    pub(super) xoauth2: bool,
    /// AUTH OAUTHBEARER (RFC 7628).
    pub(super) oauthbearer: bool,
    /// SIZE (RFC 1870): the maximum size of a message, in bytes.
    pub(super) size: Option<usize>,
}

impl Extensions {
    /// Parses the reply to EHLO.
    pub(super) fn read(reply: &Reply) -> Self {
        let mut extensions = Self::default();
        // The first line is the server's name.
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // Servers wrote `AUTH=` before RFC 2554.
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            match words.next() {
                Some("STARTTLS") => extensions.starttls = true,
                Some("PIPELINING") => extensions.pipelining = true,
                Some("SIZE") => {
                    extensions.size = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0)
                }
                Some("AUTH") => {
                    for mechanism in words {
                        extensions.plain |= mechanism == "PLAIN";
                        extensions.login |= mechanism == "LOGIN";
                        extensions.xoauth2 |= mechanism == "XOAUTH2";
                        extensions.oauthbearer |= mechanism == "OAUTHBEARER";
                    }
                }
                _ => {}
            }
        }
        extensions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Extensions {
        Extensions::read(&Reply { code: 250, lines: lines.iter().map(ToString::to_string).collect() })
    }

    #[test]
    fn reads_what_servers_offer() {
        let extensions =
            read(&["mail", "PIPELINING", "SIZE 10240000", "starttls", "AUTH CRAM-MD5 PLAIN LOGIN"]);
        assert!(extensions.pipelining && extensions.starttls && extensions.plain && extensions.login);
        assert_eq!(extensions.size, Some(10_240_000));
        assert!(read(&["mail", "AUTH=LOGIN"]).login);
        let tokens = read(&["mail", "AUTH LOGIN XOAUTH2", "AUTH OAUTHBEARER"]);
        assert!(tokens.xoauth2 && tokens.oauthbearer && !tokens.plain);
        assert_eq!(read(&["mail", "SIZE 0"]).size, None);
    }

    #[test]
    fn the_name_of_the_server_offers_nothing() {
        assert_eq!(read(&["STARTTLS"]), Extensions::default());
        assert_eq!(read(&[]), Extensions::default());
    }
}
