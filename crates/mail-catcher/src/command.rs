//! SMTP commands (RFC 5321 §4.1, RFC 3207, RFC 4954).

/// A command.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// EHLO, whose reply lists the extensions.
    Ehlo,
    /// HELO, whose reply lists none.
    Helo,
    StartTls,
    Auth {
        mechanism: Mechanism,
        initial: Option<String>,
    },
    Mail {
        from: String,
        size: Option<usize>,
    },
    Rcpt {
        to: String,
    },
    Data,
    Rset,
    Noop,
    Quit,
    /// A known command with invalid arguments.
    Malformed,
    Unknown,
}

/// A way to log in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mechanism {
    Plain,
    Login,
    /// XOAUTH2.
    XOAuth2,
    /// OAUTHBEARER (RFC 7628).
    OAuthBearer,
    Unknown,
}

impl Command {
    /// Parses a line without its CRLF.
    pub(crate) fn parse(line: &str) -> Self {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" if !rest.is_empty() => Self::Ehlo,
            "HELO" if !rest.is_empty() => Self::Helo,
            "STARTTLS" if rest.is_empty() => Self::StartTls,
            "AUTH" => parse_auth(rest),
            "MAIL" => parse_mail(rest),
            "RCPT" => parse_rcpt(rest),
            "DATA" if rest.is_empty() => Self::Data,
            "RSET" if rest.is_empty() => Self::Rset,
            "NOOP" => Self::Noop,
            "QUIT" if rest.is_empty() => Self::Quit,
            "EHLO" | "HELO" | "STARTTLS" | "DATA" | "RSET" | "QUIT" => Self::Malformed,
            _ => Self::Unknown,
        }
    }
}

fn parse_auth(rest: &str) -> Command {
    let (mechanism, initial) = rest.split_once(' ').map_or((rest, None), |(name, more)| (name, Some(more)));
    let mechanism = match mechanism.to_ascii_uppercase().as_str() {
        "PLAIN" => Mechanism::Plain,
        "LOGIN" => Mechanism::Login,
        "XOAUTH2" => Mechanism::XOAuth2,
        "OAUTHBEARER" => Mechanism::OAuthBearer,
        _ => Mechanism::Unknown,
    };
    // "=" stands for an empty initial response (RFC 4954 §4).
    let initial = initial.map(|text| if text == "=" { String::new() } else { text.to_owned() });
    Command::Auth { mechanism, initial }
}

fn parse_mail(rest: &str) -> Command {
    let Some((from, parameters)) = parse_path(rest, "FROM:") else { return Command::Malformed };
    let mut size = None;
    for parameter in parameters.split_ascii_whitespace() {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if name.eq_ignore_ascii_case("SIZE") {
            match value.parse() {
                Ok(bytes) => size = Some(bytes),
                Err(_) => return Command::Malformed,
            }
        }
    }
    Command::Mail { from, size }
}

fn parse_rcpt(rest: &str) -> Command {
    match parse_path(rest, "TO:") {
        Some((to, _)) if !to.is_empty() => Command::Rcpt { to },
        _ => Command::Malformed,
    }
}

/// The address of `FROM:<address> parameters`, and the parameters.
fn parse_path<'a>(rest: &'a str, label: &str) -> Option<(String, &'a str)> {
    let named = rest.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label));
    let path = rest.get(label.len()..).filter(|_| named)?.trim_start();
    let (address, parameters) = path.strip_prefix('<')?.split_once('>')?;
    Some((address.to_owned(), parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(from: &str, size: Option<usize>) -> Command {
        Command::Mail { from: from.to_owned(), size }
    }

    #[test]
    fn reads_what_clients_say() {
        for (line, command) in [
            ("EHLO localhost", Command::Ehlo),
            ("helo x", Command::Helo),
            ("StartTls", Command::StartTls),
            ("MAIL FROM:<a@example.com>", mail("a@example.com", None)),
            ("mail from: <a@example.com> BODY=8BITMIME SIZE=12", mail("a@example.com", Some(12))),
            ("MAIL FROM:<>", mail("", None)),
            ("RCPT TO:<b@example.com>", Command::Rcpt { to: "b@example.com".to_owned() }),
            ("AUTH PLAIN =", Command::Auth { mechanism: Mechanism::Plain, initial: Some(String::new()) }),
            ("auth login", Command::Auth { mechanism: Mechanism::Login, initial: None }),
            ("DATA", Command::Data),
            ("NOOP ignored", Command::Noop),
        ] {
            assert!(Command::parse(line) == command, "{line:?}");
        }
    }

    #[test]
    fn tells_the_malformed_from_the_unknown() {
        for line in ["EHLO", "MAIL", "MAIL FROM:a@example.com", "RCPT TO:<>", "RCPT TO:<a", "DATA now"] {
            assert!(Command::parse(line) == Command::Malformed, "{line:?}");
        }
        assert!(Command::parse("MAIL FROM:<a@example.com> SIZE=many") == Command::Malformed);
        for line in ["", "HELP", "GET / HTTP/1.1", "ÄÖ", "é"] {
            assert!(Command::parse(line) == Command::Unknown, "{line:?}");
        }
    }
}
