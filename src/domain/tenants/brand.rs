//! Branding: a tenant's accent colours, checked for contrast.
//!
//! A tenant sets one colour for light pages and one for dark pages, but no background or text
//! colours. So each accent appears on a known surface, and a colour that could not be read there
//! is refused.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The minimum contrast of text (WCAG 2.2, 1.4.3, level AA).
pub const NEEDED: f64 = 4.5;

/// An sRGB colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

/// The error for a colour that is refused.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
pub enum InvalidColour {
    /// It is not a colour.
    #[error("a colour has six hexadecimal digits, such as #0f7a5f")]
    Malformed,
    /// Its contrast is too low.
    #[error("its contrast with {on} is {reached:.2}:1, and text needs {NEEDED}:1")]
    Faint {
        /// The surface on which it would appear.
        on: Colour,
        /// The contrast, rounded down so that a refused value never looks sufficient.
        reached: f64,
    },
}

/// The colour scheme of a page, which follows the reader's system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Scheme {
    /// Returns the surface of the pages (`templates/tokens.css`) that is nearest to a readable
    /// accent: an accent with enough contrast against it has enough against all others.
    pub const fn surface(self) -> Colour {
        match self {
            Self::Light => Colour([0xf5, 0xf7, 0xf6]),
            Self::Dark => Colour([0x18, 0x1f, 0x1d]),
        }
    }

    /// Parses an accent for pages of this scheme, and checks its contrast.
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
    /// Parses a colour in CSS notation, with six digits in either case.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let is_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = is_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// Returns the contrast of the two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Returns the relative luminance (WCAG 2.2, "relative luminance").
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

/// The accent colours of a tenant. The pages have defaults for those that are not set.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Brand {
    /// The accent on light pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// The accent on dark pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent_dark: Option<Colour>,
}

impl Brand {
    /// Returns the accent on a surface of this scheme: the tenant's, or that of `templates/tokens.css`.
    pub fn accent(&self, scheme: Scheme) -> Colour {
        match scheme {
            Scheme::Light => self.accent.unwrap_or(Colour([0x0f, 0x7a, 0x5f])),
            Scheme::Dark => self.accent_dark.unwrap_or(Colour([0x5f, 0xd3, 0xb0])),
        }
    }

    /// Returns whether no colour is set.
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
