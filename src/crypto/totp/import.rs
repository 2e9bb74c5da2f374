//! Secrets that apps hold already, as URIs bring them.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;
use url::Url;
use zeroize::Zeroizing;

use crate::domain::factors::identity::is_label;
use crate::domain::factors::shape::{InvalidShape, TotpAlgorithm, TotpShape};

use super::TotpSecret;
use super::migration::{self, Account};

/// The longest issuer or account, in characters.
pub const MAX_LABEL: usize = 128;

/// Padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a URI brings. Its `Debug` says nothing of the account, which is often a mail address.
#[derive(Clone, PartialEq, Eq)]
pub struct Imported {
    /// The secret.
    pub secret: TotpSecret,
    /// How its codes are made.
    pub shape: TotpShape,
    /// Who has issued it.
    pub issuer: Option<String>,
    /// Whose it is.
    pub account: Option<String>,
}

impl fmt::Debug for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imported").field("shape", &self.shape).finish_non_exhaustive()
    }
}

/// The error for a URI that is refused. Nothing of the URI is in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidUri {
    /// It is something else.
    #[error("must begin with otpauth://totp/ or otpauth-migration://offline?data=")]
    Other,
    /// The codes depend on a counter.
    #[error("is of an account with a counter (HOTP); only TOTP is supported")]
    Counter,
    /// The secret is missing, too short or too long, or not base32.
    #[error("must have a secret of 10 to 64 bytes, in base32")]
    Secret,
    /// The algorithm is unknown.
    #[error("must have the algorithm SHA1, SHA256 or SHA512")]
    Algorithm,
    /// The shape is not supported.
    #[error("is not supported: {0}")]
    Shape(#[from] InvalidShape),
    /// The label does not fit on a line.
    #[error("must have a label and an issuer of at most {MAX_LABEL} printable characters")]
    Label,
    /// A parameter occurs twice.
    #[error("has a parameter twice")]
    Ambiguous,
    /// The data of an export is broken.
    #[error("is not an export of Google Authenticator")]
    Export,
    /// There is another number of accounts.
    #[error("must hold exactly one account; export each by itself")]
    NotOne,
}

/// Parses `otpauth://totp/…`, or the export of one account, `otpauth-migration://offline?data=…`.
pub fn parse(text: &str) -> Result<Imported, InvalidUri> {
    let uri = Url::parse(text.trim()).map_err(|_| InvalidUri::Other)?;
    match (uri.scheme(), uri.host_str().map(str::to_ascii_lowercase).as_deref()) {
        ("otpauth", Some("totp")) => of_label(&uri),
        ("otpauth", Some("hotp")) => Err(InvalidUri::Counter),
        ("otpauth-migration", Some("offline")) => of_export(&uri),
        _ => Err(InvalidUri::Other),
    }
}

fn of_label(uri: &Url) -> Result<Imported, InvalidUri> {
    let secret =
        parameter(uri, "secret")?.as_deref().and_then(TotpSecret::parse).ok_or(InvalidUri::Secret)?;
    let algorithm = parameter(uri, "algorithm")?.map(|word| TotpAlgorithm::parse(&word.to_ascii_uppercase()));
    let algorithm = algorithm.unwrap_or(Some(TotpAlgorithm::Sha1)).ok_or(InvalidUri::Algorithm)?;
    let digits = parameter(uri, "digits")?.map_or(Ok(6), |text| text.parse());
    let period = parameter(uri, "period")?.map_or(Ok(30), |text| text.parse());
    let digits = digits.map_err(|_| InvalidShape::Digits)?;
    let shape = TotpShape::new(algorithm, digits, period.map_err(|_| InvalidShape::Period)?)?;
    let label = percent_decode_str(uri.path().trim_start_matches('/')).decode_utf8();
    let label = label.map_err(|_| InvalidUri::Label)?;
    // The colon between issuer and account may be encoded; neither of them has one.
    let (before, account) = label.split_once(':').unwrap_or(("", &label));
    let issuer = parameter(uri, "issuer")?;
    Ok(Imported {
        secret,
        shape,
        issuer: named(issuer.as_deref().unwrap_or(before))?,
        account: named(account)?,
    })
}

fn of_export(uri: &Url) -> Result<Imported, InvalidUri> {
    // A plus that nobody has encoded is read as a space.
    let data = Zeroizing::new(parameter(uri, "data")?.ok_or(InvalidUri::Export)?.replace(' ', "+"));
    let bytes = Zeroizing::new(BASE64.decode(data.as_bytes()).map_err(|_| InvalidUri::Export)?);
    let accounts = migration::accounts(&bytes).ok_or(InvalidUri::Export)?;
    let Ok([Account { secret, name, issuer, algorithm, digits, kind }]) = <[Account; 1]>::try_from(accounts)
    else {
        return Err(InvalidUri::NotOne);
    };
    if kind != 2 {
        return Err(InvalidUri::Counter);
    }
    let algorithm = match algorithm {
        0 | 1 => TotpAlgorithm::Sha1,
        2 => TotpAlgorithm::Sha256,
        3 => TotpAlgorithm::Sha512,
        _ => return Err(InvalidUri::Algorithm),
    };
    let digits = match digits {
        0 | 1 => 6,
        2 => 8,
        _ => return Err(InvalidShape::Digits.into()),
    };
    let secret = TotpSecret::from_bytes(secret).ok_or(InvalidUri::Secret)?;
    // The name may repeat the issuer in front of the account.
    let (before, account) = name.split_once(':').unwrap_or(("", &name));
    let issuer = if issuer.is_empty() { before } else { &issuer };
    let (issuer, account) = (named(issuer)?, named(account)?);
    Ok(Imported { secret, shape: TotpShape::new(algorithm, digits, 30)?, issuer, account })
}

/// Returns a parameter that may be absent, but not ambiguous.
fn parameter<'a>(uri: &'a Url, name: &str) -> Result<Option<Cow<'a, str>>, InvalidUri> {
    let mut found = uri.query_pairs().filter(|(known, _)| known == name).map(|(_, value)| value);
    let first = found.next();
    if found.next().is_some() { Err(InvalidUri::Ambiguous) } else { Ok(first) }
}

fn named(text: &str) -> Result<Option<String>, InvalidUri> {
    match text.trim() {
        "" => Ok(None),
        text if is_label(text, MAX_LABEL) => Ok(Some(text.to_owned())),
        _ => Err(InvalidUri::Label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn standard(issuer: Option<&str>, account: Option<&str>) -> Imported {
        Imported {
            secret: TotpSecret::parse(SECRET).unwrap(),
            shape: TotpShape::STANDARD,
            issuer: issuer.map(str::to_owned),
            account: account.map(str::to_owned),
        }
    }

    #[test]
    fn a_uri_is_read_as_apps_write_it() {
        for (uri, issuer, account) in [
            ("otpauth://totp/Shop:jane?secret={}&issuer=Shop", Some("Shop"), Some("jane")),
            ("otpauth://totp/Shop%3A%20jane%40example.com?secret={}", Some("Shop"), Some("jane@example.com")),
            ("otpauth://TOTP/jane?secret={}&algorithm=sha1&digits=6&period=30&image=x", None, Some("jane")),
            ("otpauth://totp/?secret={}", None, None),
            ("otpauth://totp/My%20Shop:jane?issuer=My%20Shop&secret={}", Some("My Shop"), Some("jane")),
        ] {
            assert_eq!(parse(&uri.replace("{}", SECRET)), Ok(standard(issuer, account)), "{uri}");
        }
        let odd = format!("otpauth://totp/x?secret={SECRET}&algorithm=SHA512&digits=8&period=60");
        assert_eq!(parse(&odd).unwrap().shape, TotpShape::new(TotpAlgorithm::Sha512, 8, 60).unwrap());
    }

    #[test]
    fn a_uri_that_was_written_here_is_read_again() {
        let secret = TotpSecret::parse(SECRET).unwrap();
        let shape = TotpShape::new(TotpAlgorithm::Sha256, 8, 45).unwrap();
        let uri = secret.uri(shape, "Zoë & Co", "jane+otp@example.com");
        let (issuer, account) = (Some("Zoë & Co".to_owned()), Some("jane+otp@example.com".to_owned()));
        assert_eq!(parse(&uri), Ok(Imported { secret, shape, issuer, account }));
    }

    #[test]
    fn what_is_wrong_with_a_uri_is_said() {
        let long = format!("otpauth://totp/{}?secret={SECRET}", "x".repeat(129));
        for (uri, wrong) in [
            ("", InvalidUri::Other),
            ("https://totp/x?secret=A", InvalidUri::Other),
            ("otpauth://yaotp/x?secret=A", InvalidUri::Other),
            ("otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQ&counter=1", InvalidUri::Counter),
            ("otpauth://totp/x", InvalidUri::Secret),
            ("otpauth://totp/x?secret=GEZDGNBV", InvalidUri::Secret),
            ("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&secret=GEZDGNBVGY3TQOJQ", InvalidUri::Ambiguous),
            ("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&algorithm=MD5", InvalidUri::Algorithm),
            ("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&digits=7", InvalidUri::Shape(InvalidShape::Digits)),
            ("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&period=1.5", InvalidUri::Shape(InvalidShape::Period)),
            ("otpauth://totp/a%0Ab?secret=GEZDGNBVGY3TQOJQ", InvalidUri::Label),
            (&long, InvalidUri::Label),
            ("otpauth-migration://offline", InvalidUri::Export),
            ("otpauth-migration://offline?data=%21", InvalidUri::Export),
            ("otpauth-migration://offline?data=CgU", InvalidUri::Export),
            ("otpauth-migration://offline?data=", InvalidUri::NotOne),
        ] {
            assert_eq!(parse(uri), Err(wrong), "{uri}");
        }
    }

    /// An account as a field of an export.
    fn account(name: &str, issuer: &str, numbers: [u8; 3]) -> Vec<u8> {
        let mut part = Vec::new();
        for (number, text) in [(1, "12345678901234567890"), (2, name), (3, issuer)] {
            part.extend([number << 3 | 2, u8::try_from(text.len()).unwrap()]);
            part.extend(text.bytes());
        }
        for (number, value) in (4..).zip(numbers) {
            part.extend([number << 3, value]);
        }
        let mut field = vec![1 << 3 | 2, u8::try_from(part.len()).unwrap()];
        field.extend(part);
        field
    }

    fn export(accounts: &[Vec<u8>]) -> String {
        // Version 1, one of one, and the number of the export: more than one byte of a varint.
        let message =
            [accounts.concat(), vec![0x10, 1, 0x18, 1, 0x20, 0, 0x28, 0xff, 0xff, 0xff, 0xff, 0x0f]];
        let data = BASE64.encode(message.concat());
        let data: String = form_urlencoded::byte_serialize(data.as_bytes()).collect();
        format!("otpauth-migration://offline?data={data}")
    }

    #[test]
    fn an_export_of_one_account_is_read_and_no_other() {
        let one = export(&[account("Shop:jane", "Shop", [1, 1, 2])]);
        assert_eq!(parse(&one), Ok(standard(Some("Shop"), Some("jane"))));
        let odd = parse(&export(&[account("jane", "", [3, 2, 2])])).unwrap();
        assert_eq!(odd.shape, TotpShape::new(TotpAlgorithm::Sha512, 8, 30).unwrap());
        let usual = account("jane", "", [0, 0, 2]);
        assert_eq!(parse(&export(std::slice::from_ref(&usual))), Ok(standard(None, Some("jane"))));
        for (accounts, wrong) in [
            (vec![], InvalidUri::NotOne),
            (vec![usual.clone(), usual], InvalidUri::NotOne),
            (vec![account("jane", "", [1, 1, 1])], InvalidUri::Counter),
            (vec![account("jane", "", [4, 1, 2])], InvalidUri::Algorithm),
        ] {
            assert_eq!(parse(&export(&accounts)), Err(wrong));
        }
    }

    #[test]
    fn neither_the_secret_nor_the_account_is_shown() {
        let shown = format!("{:?}", standard(Some("Shop"), Some("jane@example.com")));
        assert!(shown.starts_with("Imported { shape: TotpShape"), "{shown}");
        assert!(!["jane", "Shop", "GEZD"].iter().any(|part| shown.contains(part)), "{shown}");
    }
}
