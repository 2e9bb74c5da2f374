//! How the pages of a tenant look: two colours, checked against what they stand on.
//!
//! One for light pages and one for dark ones, and no colours for paper or ink: so each stands on a surface
//! that is known, and can be refused where it could not be read there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The least contrast of text (WCAG 2.2, 1.4.3, level AA).
pub const NEEDED: f64 = 4.5;

/// A colour of sRGB.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

/// Why a text is no colour that a page can have.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
pub enum InvalidColour {
    /// Not one.
    #[error("a colour has six hexadecimal digits, such as #0f7a5f")]
    Malformed,
    /// One that is hard to read.
    #[error("its contrast with {on} is {reached:.2}:1, and text needs {NEEDED}:1")]
    Faint {
        /// What it would stand on.
        on: Colour,
        /// Rounded down, so that it is never told as enough.
        reached: f64,
    },
}

/// Whether a page is light or dark, as its reader's system is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Scheme {
    /// Of the surfaces of the pages (`templates/tokens.css`) the one that is nearest to an accent that
    /// can be read: what can be read on it can be on the others, and they on it.
    pub const fn surface(self) -> Colour {
        match self {
            Self::Light => Colour([0xf5, 0xf7, 0xf6]),
            Self::Dark => Colour([0x18, 0x1f, 0x1d]),
        }
    }

    /// An accent for such pages.
    pub fn accent(self, text: &str) -> Result<Colour, InvalidColour> {
        let colour = Colour::parse(text).ok_or(InvalidColour::Malformed)?;
        let on = self.surface();
        match colour.contrast(on) {
            enough if enough >= NEEDED => Ok(colour),
            faint => Err(InvalidColour::Faint { on, reached: (faint * 100.0).floor() / 100.0 }),
        }
    }
}

impl Colour {
    /// A colour as CSS writes it, with six digits of either case.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let is_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = is_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// How well one of the two is read on the other, from 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let linear = |part: u8| match f64::from(part) / 255.0 {
            low if low <= 0.04045 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl TryFrom<String> for Colour {
    type Error = InvalidColour;

    fn try_from(text: String) -> Result<Self, InvalidColour> {
        Self::parse(&text).ok_or(InvalidColour::Malformed)
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

/// The colours of a tenant; what is not there is as the pages have it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Brand {
    /// On light pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// On dark pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent_dark: Option<Colour>,
}

impl Brand {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_as_the_recommendation_computes_it() {
        let of = |one, other| Colour::parse(one).unwrap().contrast(Colour::parse(other).unwrap());
        assert_eq!(of("#000000", "#ffffff"), 21.0);
        assert_eq!(of("#ABCDEF", "#abcdef"), 1.0);
        // The pair that is cited as the lightest grey on white that passes, and the next one.
        assert!((4.54..4.55).contains(&of("#767676", "#ffffff")));
        assert!((4.47..4.49).contains(&of("#ffffff", "#777777")));
    }

    #[test]
    fn an_accent_is_taken_where_it_can_be_read() {
        for (scheme, text) in [
            (Scheme::Light, "#0f7a5f"),
            (Scheme::Light, "#000000"),
            (Scheme::Dark, "#5fd3b0"),
            (Scheme::Dark, "#FFFFFF"),
        ] {
            assert_eq!(scheme.accent(text).unwrap().to_string(), text.to_lowercase());
        }
        for (scheme, text, said) in [
            (Scheme::Light, "#ffd400", "its contrast with #f5f7f6 is 1.33:1, and text needs 4.5:1"),
            (Scheme::Dark, "#181f1d", "its contrast with #181f1d is 1.00:1, and text needs 4.5:1"),
        ] {
            assert_eq!(scheme.accent(text).unwrap_err().to_string(), said);
        }
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        for text in
            ["", "#", "0f7a5f", "#0f7", "#0f7a5f80", "#0f7a5g", "#+f7a5f", "red", "#0f7a5f;}*{", "#０f7a5f"]
        {
            assert_eq!(Scheme::Light.accent(text), Err(InvalidColour::Malformed), "{text}");
        }
    }
}
