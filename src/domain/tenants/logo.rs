//! Logos: a tenant's small picture, which the server stores and serves itself.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The maximum length of a side, in pixels.
pub const MAX_SIDE: usize = 1024;

/// The format of a picture. SVG is not accepted, because it is a document that can contain scripts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picture {
    /// PNG (RFC 2083).
    Png,
    /// WebP (RFC 9649).
    WebP,
}

impl Picture {
    const ALL: [Self; 2] = [Self::Png, Self::WebP];

    /// Returns the file extension.
    const fn end(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }

    /// Returns the media type.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

/// The error for a logo that is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidLogo {
    /// It is neither PNG nor WebP.
    #[error("a logo is a PNG or WebP picture")]
    Format,
    /// It is too large, or a side is zero.
    #[error("a logo has sides of 1 to {MAX_SIDE} pixels")]
    Sides,
}

/// A picture that is accepted as a logo.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logo {
    picture: Picture,
    bytes: Vec<u8>,
}

impl Logo {
    /// Creates a logo from these bytes. The declared file name and type are ignored.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidLogo> {
        Ok(Self { picture: recognise(bytes)?, bytes: bytes.to_owned() })
    }

    /// Returns the format.
    pub fn picture(&self) -> Picture {
        self.picture
    }

    /// Returns the content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Returns the format of a picture, based on its first bytes and its header only.
fn recognise(bytes: &[u8]) -> Result<Picture, InvalidLogo> {
    let picture = match imagesize::image_type(bytes) {
        Ok(imagesize::ImageType::Png) => Picture::Png,
        Ok(imagesize::ImageType::Webp) => Picture::WebP,
        _ => return Err(InvalidLogo::Format),
    };
    let size = imagesize::blob_size(bytes).map_err(|_| InvalidLogo::Format)?;
    let fits = |side| (1..=MAX_SIDE).contains(&side);
    if fits(size.width) && fits(size.height) { Ok(picture) } else { Err(InvalidLogo::Sides) }
}

/// Number of hexadecimal digits in a name: 128 bits.
const DIGITS: usize = 32;

/// The name of a logo, which changes with its content: digits of a hash, and the extension of its format.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogoName(String);

/// The error for a text that is not the name of a logo.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not the name of a logo")]
pub struct NotALogo;

impl LogoName {
    /// Returns the name of content with this hash.
    pub fn of(picture: Picture, hash: &[u8; 32]) -> Self {
        let digits: String = hash.iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{digits}.{}", picture.end()))
    }

    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, NotALogo> {
        let is_name = text.split_once('.').is_some_and(|(digits, end)| {
            digits.len() == DIGITS
                && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
                && Picture::ALL.iter().any(|picture| picture.end() == end)
        });
        is_name.then(|| Self(text.to_owned())).ok_or(NotALogo)
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path of the address under which this server serves the picture.
    pub fn path(&self) -> String {
        format!("/assets/logo-{}", self.0)
    }

    /// Returns the format that the name implies.
    pub fn picture(&self) -> Picture {
        let is_its = |picture: &Picture| self.0.ends_with(picture.end());
        Picture::ALL.into_iter().find(is_its).unwrap_or(Picture::Png)
    }
}

impl fmt::Display for LogoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for LogoName {
    type Error = NotALogo;

    fn try_from(text: String) -> Result<Self, NotALogo> {
        Self::parse(&text)
    }
}

impl From<LogoName> for String {
    fn from(name: LogoName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(),
            &width.to_be_bytes(),
            &height.to_be_bytes(),
            &[8, 6, 0, 0, 0],
        ]
        .concat()
    }

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        assert_eq!(recognise(&png(64, 1024)), Ok(Picture::Png));
        let webp = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x3f\x40\x0f\x00\0\0\0\0\0\0\0\0\0";
        assert_eq!(recognise(webp), Ok(Picture::WebP));
        for (width, height) in [(0, 1), (1, 0), (1025, 1), (1, 1025), (u32::MAX, u32::MAX)] {
            assert_eq!(recognise(&png(width, height)), Err(InvalidLogo::Sides), "{width} x {height}");
        }
        let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!".as_slice();
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>".as_slice();
        for other in [b"".as_slice(), b"\x89PNG", &png(1, 1)[..18], gif, svg, b"<!doctype html>", b"RIFF"] {
            assert_eq!(recognise(other), Err(InvalidLogo::Format), "{other:?}");
        }
    }

    #[test]
    fn a_name_tells_content_and_kind_and_leads_nowhere_else() {
        let name = LogoName::of(Picture::WebP, &[0xab; 32]);
        assert_eq!(name.as_str(), format!("{}.webp", "ab".repeat(16)));
        assert_eq!((LogoName::parse(name.as_str()), name.picture()), (Ok(name.clone()), Picture::WebP));
        let digits = "ab".repeat(16);
        for text in [
            &digits,
            "../x.png",
            "",
            &format!("{digits}.svg"),
            &format!("{digits}0.png"),
            &format!("{}.png", digits.to_uppercase()),
        ] {
            assert_eq!(LogoName::parse(text), Err(NotALogo), "{text}");
        }
    }
}
