//! The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1).

/// The default alphabet, in the order of its septets. The place of the escape holds a character
/// that no text contains.
const BASIC: [char; 128] = [
    '@',
    '£',
    '$',
    '¥',
    'è',
    'é',
    'ù',
    'ì',
    'ò',
    'Ç',
    '\n',
    'Ø',
    'ø',
    '\r',
    'Å',
    'å',
    'Δ',
    '_',
    'Φ',
    'Γ',
    'Λ',
    'Ω',
    'Π',
    'Ψ',
    'Σ',
    'Θ',
    'Ξ',
    NO_CHARACTER,
    'Æ',
    'æ',
    'ß',
    'É',
    ' ',
    '!',
    '"',
    '#',
    '¤',
    '%',
    '&',
    '\'',
    '(',
    ')',
    '*',
    '+',
    ',',
    '-',
    '.',
    '/',
    '0',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
    ':',
    ';',
    '<',
    '=',
    '>',
    '?',
    '¡',
    'A',
    'B',
    'C',
    'D',
    'E',
    'F',
    'G',
    'H',
    'I',
    'J',
    'K',
    'L',
    'M',
    'N',
    'O',
    'P',
    'Q',
    'R',
    'S',
    'T',
    'U',
    'V',
    'W',
    'X',
    'Y',
    'Z',
    'Ä',
    'Ö',
    'Ñ',
    'Ü',
    '§',
    '¿',
    'a',
    'b',
    'c',
    'd',
    'e',
    'f',
    'g',
    'h',
    'i',
    'j',
    'k',
    'l',
    'm',
    'n',
    'o',
    'p',
    'q',
    'r',
    's',
    't',
    'u',
    'v',
    'w',
    'x',
    'y',
    'z',
    'ä',
    'ö',
    'ñ',
    'ü',
    'à',
];

/// The extension table: what follows the escape.
const EXTENDED: [(char, u8); 10] = [
    ('\u{c}', 0x0a),
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2f),
    ('[', 0x3c),
    ('~', 0x3d),
    (']', 0x3e),
    ('|', 0x40),
    ('€', 0x65),
];

const NO_CHARACTER: char = '\u{ffff}';

/// A character in the 7-bit alphabet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GsmCode {
    /// One septet of the default alphabet.
    Basic(u8),
    /// The septet that follows the escape: the character takes two.
    Extended(u8),
}

impl GsmCode {
    /// The septet that announces a character of the extension table.
    pub const ESCAPE: u8 = 0x1b;

    /// Returns how many septets the character takes.
    pub const fn septets(self) -> usize {
        match self {
            Self::Basic(_) => 1,
            Self::Extended(_) => 2,
        }
    }
}

/// Returns the code of `c`; `None` for a character that the alphabet does not have.
pub fn gsm_code(c: char) -> Option<GsmCode> {
    let index = BASIC.iter().position(|basic| *basic == c && c != NO_CHARACTER);
    let basic = index.and_then(|index| u8::try_from(index).ok()).map(GsmCode::Basic);
    basic.or_else(|| {
        EXTENDED.iter().find(|(extended, _)| *extended == c).map(|(_, code)| GsmCode::Extended(*code))
    })
}

/// Returns the first character of `text` that the alphabet does not have; it makes the whole
/// message UCS-2.
pub fn first_beyond_gsm(text: &str) -> Option<char> {
    text.chars().find(|c| gsm_code(*c).is_none())
}
