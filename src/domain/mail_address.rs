//! Mail addresses.

use std::fmt;

use lettre::Address;

/// The maximum length of an address, in bytes (RFC 5321 §4.5.3.1.3, less the angle brackets).
const MAX_LENGTH: usize = 254;

/// The domain of the sandbox's reserved recipients. Nobody can register it (RFC 6761 §6.2).
pub const RESERVED: &str = "otpmint.test";

/// The domains of Gmail, which name the same mailboxes.
const GMAIL: [&str; 2] = ["gmail.com", "googlemail.com"];

/// A mail address that codes can be sent to or from. `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress(String);

/// The error for a text that is not an accepted mail address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a mail address that can receive a code")]
pub struct InvalidMailAddress;

impl MailAddress {
    /// Parses an address. International domains are accepted in either form and kept as ASCII (RFC
    /// 5891). A non-ASCII local part is refused, since few servers offer SMTPUTF8.
    pub fn parse(text: &str) -> Result<Self, InvalidMailAddress> {
        let text = text.trim_matches(' ');
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidMailAddress)?;
        let plain = local.bytes().all(|b| b.is_ascii_graphic() && !b"<>()[],;:\\\"".contains(&b));
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidMailAddress)?;
        if !plain || !domain.contains('.') || local.len() + 1 + domain.len() > MAX_LENGTH {
            return Err(InvalidMailAddress);
        }
        let address = Address::new(local, &domain).map_err(|_| InvalidMailAddress)?;
        Ok(Self(address.to_string()))
    }

    /// Returns the address as it is sent on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the canonical form, in which letters are small.
    pub fn canonical(&self) -> String {
        self.0.to_lowercase()
    }

    /// Returns the form under which the mailbox is counted: the same for all addresses that usually reach it.
    ///
    /// What follows the first `+` of the local part is cut off (subaddressing, RFC 5233), whoever serves the
    /// domain; dots do not count at Gmail, whose other name is `googlemail.com`. Where a server means something
    /// else by these signs, two mailboxes are counted as one, so nothing is sent to this form and nothing is proved
    /// by it. Tags of the sandbox's reserved recipients make recipients of their own.
    pub fn mailbox(&self) -> String {
        let canonical = self.canonical();
        let Some((local, domain)) = canonical.rsplit_once('@') else { return canonical };
        if domain == RESERVED {
            return canonical;
        }
        let untagged = local.split_once('+').map_or(local, |(name, _)| name);
        let is_gmail = GMAIL.contains(&domain);
        let name = if is_gmail { untagged.replace('.', "") } else { untagged.to_owned() };
        let domain = if is_gmail { GMAIL[0] } else { domain };
        let name = if name.is_empty() { local } else { &name };
        format!("{name}@{domain}")
    }

    /// Returns the domain in lower case.
    pub fn domain(&self) -> String {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain).to_ascii_lowercase()
    }

    /// Returns the address masked except for a few hints, `j***@e***.com`, for logs, audit and responses.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let (name, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
        format!("{}***@{}***.{top}", first(local), first(name))
    }

    /// Returns the address with the middle of its name masked, `j•••e@example.com`, for whom it belongs to.
    pub fn lightly_masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        // Of a name of one or two letters the last one would be too much.
        let last = local.char_indices().nth(2).and_then(|_| local.chars().next_back());
        let last = last.map(String::from).unwrap_or_default();
        format!("{}•••{last}@{domain}", first(local))
    }
}

fn first(text: &str) -> &str {
    text.chars().next().map_or("", |c| &text[..c.len_utf8()])
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_light_mask_leaves_the_ends_of_the_name_and_the_domain() {
        for (address, masked) in [
            ("jane.doe@gmail.com", "j•••e@gmail.com"),
            ("ab@example.com", "a•••@example.com"),
            ("a@example.com", "a•••@example.com"),
        ] {
            assert_eq!(MailAddress::parse(address).unwrap().lightly_masked(), masked);
        }
    }

    #[test]
    fn takes_ordinary_and_international_addresses() {
        for (text, kept) in [
            ("jane@example.com", "jane@example.com"),
            (" jane+otp@example.com ", "jane+otp@example.com"),
            ("Jane@Example.COM", "Jane@example.com"),
            ("jane@bücher.example", "jane@xn--bcher-kva.example"),
        ] {
            assert_eq!(MailAddress::parse(text).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn refuses_what_could_reach_two_people_or_change_a_header() {
        for bad in [
            "",
            "jane",
            "@example.com",
            "jane@",
            "jane@localhost",
            "jane@example.com\r\nBcc: x@y.example",
            "jane@example.com, joe@example.com",
            "jane <jane@example.com>",
            "\"a b\"@example.com",
            "jane@exam ple.com",
            "jäne@example.com",
            "jane@[127.0.0.1]",
            "jane@@example.com",
            "a\0b@example.com",
            "jane@example.com\n",
            "jane;joe@example.com",
            "jane@example..com",
            &format!("{}@example.com", "a".repeat(250)),
        ] {
            assert_eq!(MailAddress::parse(bad), Err(InvalidMailAddress), "{bad:?}");
        }
    }

    #[test]
    fn masks_all_but_the_hints() {
        let jane = MailAddress::parse("jane.doe@mail.example.com").unwrap();
        assert_eq!(jane.masked(), "j***@m***.com");
        assert_eq!(format!("{jane:?}"), "j***@m***.com");
    }

    #[test]
    fn counts_one_person_once() {
        let one = MailAddress::parse("Jane@Example.com").unwrap();
        let other = MailAddress::parse("jane@example.com").unwrap();
        assert_eq!(one.canonical(), other.canonical());
    }

    #[test]
    fn all_spellings_of_a_mailbox_are_counted_as_one() {
        for (one, counted) in [
            ("Jane@Example.com", "jane@example.com"),
            ("jane+otp@example.com", "jane@example.com"),
            ("jane+a+b@example.com", "jane@example.com"),
            ("jane.doe@example.com", "jane.doe@example.com"),
            ("j.a.n.e@gmail.com", "jane@gmail.com"),
            ("Jane.Doe+x.y@GoogleMail.com", "janedoe@gmail.com"),
            ("jane.doe@mail.gmail.com", "jane.doe@mail.gmail.com"),
            ("+jane@example.com", "+jane@example.com"),
            ("+jane@googlemail.com", "+jane@gmail.com"),
            ("delivered+a@otpmint.test", "delivered+a@otpmint.test"),
        ] {
            let address = MailAddress::parse(one).unwrap();
            assert_eq!(address.mailbox(), counted, "{one}");
        }
    }

    proptest! {
        #[test]
        fn the_form_that_is_counted_is_an_address_that_is_counted_so(local in "[a-z.+]{1,12}", gmail: bool) {
            let domain = if gmail { "googlemail.com" } else { "example.com" };
            if let Ok(address) = MailAddress::parse(&format!("{local}@{domain}")) {
                let counted = address.mailbox();
                if let Ok(again) = MailAddress::parse(&counted) {
                    prop_assert_eq!(again.mailbox(), counted);
                }
            }
        }

        #[test]
        fn no_accepted_address_can_break_a_header_or_an_envelope(text in ".*@.*") {
            if let Ok(address) = MailAddress::parse(&text) {
                prop_assert!(address.as_str().bytes().all(|b| b.is_ascii_graphic() && !b"<>,;".contains(&b)));
                prop_assert_eq!(address.as_str().matches('@').count(), 1);
            }
        }
    }
}
