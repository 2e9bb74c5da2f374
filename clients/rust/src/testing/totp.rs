// SPDX-License-Identifier: MIT

use aws_lc_rs::hmac;
use jiff::Timestamp;

use super::bodies::Body;
use super::problems::Refused;
use crate::paths::escaped;

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A secret of an authenticator app, and how its codes are made (RFC 6238).
pub(super) struct Totp {
    secret: Vec<u8>,
    pub algorithm: String,
    pub digits: usize,
    pub period: i64,
}

/// What a URI brings besides.
#[derive(Default)]
pub(super) struct Labels {
    pub issuer: Option<String>,
    pub account: Option<String>,
}

impl Totp {
    /// What a request brings or wants.
    pub fn of(body: &Body) -> Result<(Self, Labels), Refused> {
        if let Some(uri) = body.text("uri") {
            let said = ["algorithm", "digits", "period", "secret"];
            return match said.iter().find(|name| !body.value(name).is_null()) {
                Some(name) => {
                    Err(Refused::field(&format!("/{name}"), "the `uri` says it already: leave it out"))
                }
                None => Self::of_uri(uri),
            };
        }
        let number = |name: &str, usual: i64| body.value(name).as_i64().unwrap_or(usual);
        let algorithm = body.text("algorithm").unwrap_or("SHA1");
        let mut totp = Self::new(algorithm, number("digits", 6), number("period", 30))
            .map_err(|(name, bounds)| Refused::field(&format!("/{name}"), bounds))?;
        totp.secret = match body.text("secret") {
            Some(text) => decoded(text).ok_or_else(|| {
                Refused::field("/secret", "10 to 64 bytes in base32: letters, and digits from 2 to 7")
            })?,
            None => {
                let mut drawn = vec![0; totp.hash().digest_algorithm().output_len()];
                aws_lc_rs::rand::fill(&mut drawn).expect("there is randomness");
                drawn
            }
        };
        Ok((totp, Labels::default()))
    }

    fn of_uri(text: &str) -> Result<(Self, Labels), Refused> {
        let wrong = |why: &str| Refused::field("/uri", why);
        let begin = "must begin with otpauth://totp/: the fake reads no other export";
        let rest = text.trim().strip_prefix("otpauth://totp/").ok_or_else(|| wrong(begin))?;
        let (label, query) = rest.split_once('?').unwrap_or((rest, ""));
        let told = |name: &str| {
            let all = query.split('&').filter_map(|pair| pair.split_once('='));
            all.filter(|(known, _)| *known == name).map(|(_, value)| unescaped(value)).next()
        };
        let number = |name: &str, usual: i64| told(name).map_or(Some(usual), |text| text.parse().ok());
        let (digits, period) = (number("digits", 6).unwrap_or(0), number("period", 30).unwrap_or(0));
        let algorithm = told("algorithm").unwrap_or("SHA1".to_owned()).to_ascii_uppercase();
        let mut totp = Self::new(&algorithm, digits, period).map_err(|(_, bounds)| wrong(bounds))?;
        let secret = told("secret").as_deref().and_then(decoded);
        totp.secret = secret.ok_or_else(|| wrong("must have a secret of 10 to 64 bytes, in base32"))?;
        let label = unescaped(label);
        let (before, account) =
            label.split_once(':').map_or((None, &*label), |(before, account)| (Some(before), account));
        let account = Some(account.trim().to_owned()).filter(|text| !text.is_empty());
        Ok((totp, Labels { issuer: told("issuer").or(before.map(str::to_owned)), account }))
    }

    fn new(algorithm: &str, digits: i64, period: i64) -> Result<Self, (&'static str, &'static str)> {
        if !["SHA1", "SHA256", "SHA512"].contains(&algorithm) {
            return Err(("algorithm", "one of SHA1, SHA256 and SHA512"));
        }
        let digits = match digits {
            6 => 6,
            8 => 8,
            _ => return Err(("digits", "digits is 6 or 8")),
        };
        if !(15..=60).contains(&period) {
            return Err(("period", "period is from 15 to 60 seconds"));
        }
        Ok(Self { secret: Vec::new(), algorithm: algorithm.to_owned(), digits, period })
    }

    fn hash(&self) -> hmac::Algorithm {
        match &*self.algorithm {
            "SHA256" => hmac::HMAC_SHA256,
            "SHA512" => hmac::HMAC_SHA512,
            _ => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        }
    }

    pub fn code(&self, step: i64) -> String {
        let tag = hmac::sign(&hmac::Key::new(self.hash(), &self.secret), &step.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[tag.len() - 1] & 15);
        let number = tag[at..at + 4].iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        let text = format!("{:010}", number & 0x7fff_ffff);
        text[text.len() - self.digits..].to_owned()
    }

    pub fn step(&self, now: Timestamp) -> i64 {
        now.as_second().div_euclid(self.period)
    }

    /// The steps that a code belongs to: that of now, the one before and the one after.
    pub fn steps(&self, code: &str, now: Timestamp) -> Vec<i64> {
        let step = self.step(now);
        (step - 1..=step + 1).filter(|step| self.code(*step) == code).collect()
    }

    /// The secret as a person types it.
    pub fn text(&self) -> String {
        let bits: Vec<u8> =
            self.secret.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
        let letter = |five: &[u8]| {
            let value = five.iter().fold(0, |all, bit| all << 1 | bit) << (5 - five.len());
            char::from(LETTERS[usize::from(value)])
        };
        bits.chunks(5).map(letter).collect()
    }

    /// What the QR code says.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let Self { algorithm, digits, period, .. } = self;
        let shape = format!("algorithm={algorithm}&digits={digits}&period={period}");
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&{shape}", self.text())
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let plain = text.trim().trim_end_matches('=').bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
    let place = |byte: u8| LETTERS.iter().position(|one| *one == byte.to_ascii_uppercase());
    let fives: Option<Vec<usize>> = plain.map(place).collect();
    let bits: Vec<usize> =
        fives?.iter().flat_map(|five| (0..5).rev().map(move |at| five >> at & 1)).collect();
    let byte = |eight: &[usize]| u8::try_from(eight.iter().fold(0, |all, bit| all << 1 | bit)).ok();
    let bytes: Option<Vec<u8>> = bits.chunks_exact(8).map(byte).collect();
    bytes.filter(|bytes| (10..=64).contains(&bytes.len()))
}

pub(super) fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = (*first == b'%').then(|| after.get(..2)).flatten();
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
