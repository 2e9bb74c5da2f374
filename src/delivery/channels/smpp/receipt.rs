//! What a message centre delivers to us (§4.6.1): receipts, in either of their forms, and messages of people.

use super::fields::Fields;
use super::pdu::InvalidPdu;
use crate::domain::deliveries::provider_report::Fate;

/// The longest id that is read (§5.2.23).
const MAX_ID: usize = 65;
/// The bits of the class that say what a message is, and the value for a receipt (§5.2.12).
const KIND: u8 = 0x3c;
const RECEIPT: u8 = 0x04;
/// The optional parameters of a receipt (§5.3.2.12, §5.3.2.35).
const RECEIPTED_MESSAGE_ID: u16 = 0x001e;
const MESSAGE_STATE: u16 = 0x0427;
/// Where a text is that is too long for its field (§5.3.2.32).
const MESSAGE_PAYLOAD: u16 = 0x0424;

/// What was delivered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Delivered {
    /// A receipt for a message of ours.
    Receipt(Receipt),
    /// Anything else: a message that somebody sent, or a receipt without news.
    Other,
}

/// A receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Receipt {
    /// The centre's id of the message.
    pub(super) id: String,
    /// What became of it.
    pub(super) fate: Fate,
    /// The digits of the number that it was sent to.
    pub(super) number: Option<String>,
}

#[derive(Default)]
struct Parts<'a> {
    id: Option<&'a [u8]>,
    fate: Option<Fate>,
}

/// Takes PDUs off bytes of a stranger, and reads each as what a message centre delivers.
#[cfg(fuzzing)]
pub fn fuzz(bytes: &[u8]) {
    let mut inbox = bytes.to_vec();
    while let Ok(Some(pdu)) = super::pdu::Pdu::take(&mut inbox) {
        let _ = read(&pdu.body);
    }
    let _ = read(bytes);
}

/// Reads the body of a `deliver_sm`.
pub(super) fn read(body: &[u8]) -> Result<Delivered, InvalidPdu> {
    let mut fields = Fields::of(body);
    fields.text()?;
    fields.octets(2)?;
    let source = fields.text()?;
    fields.octets(2)?;
    fields.text()?;
    let class = fields.octet()?;
    fields.octets(2)?;
    fields.text()?;
    fields.text()?;
    fields.octets(4)?;
    let length = fields.octet()?;
    let mut text = fields.octets(length.into())?;
    let mut parts = Parts::default();
    while let Some(parameter) = fields.parameter()? {
        match parameter.tag {
            RECEIPTED_MESSAGE_ID => parts.id = Some(parameter.value),
            MESSAGE_STATE => parts.fate = parameter.value.first().copied().and_then(of_number),
            MESSAGE_PAYLOAD if text.is_empty() => text = parameter.value,
            _ => {}
        }
    }
    let is_receipt = class & KIND == RECEIPT || parts.id.is_some();
    Ok(if is_receipt { receipt(parts, text, source) } else { Delivered::Other })
}

/// Combines both forms. The parameters win: they are defined, while the form of the text is a custom
/// (appendix B).
fn receipt(parts: Parts<'_>, text: &[u8], source: &[u8]) -> Delivered {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    // What follows is the message's own text, which may look like a receipt.
    let text = text.split(" text:").next().unwrap_or_default();
    let id = parts.id.map(String::from_utf8_lossy).map(|id| id.trim_end_matches('\0').to_ascii_lowercase());
    let id = id.filter(|id| !id.is_empty()).or_else(|| value(text, "id:").map(str::to_owned));
    let fate = parts.fate.or_else(|| of_word(value(text, "stat:")?));
    match (id, fate) {
        (Some(id), Some(fate)) if is_id(&id) => {
            let digits: String =
                source.iter().filter(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect();
            Delivered::Receipt(Receipt { id, fate, number: (digits.len() >= 5).then_some(digits) })
        }
        _ => Delivered::Other,
    }
}

fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Returns the value of a field of the text.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split_ascii_whitespace().find_map(|word| word.strip_prefix(name)).filter(|value| !value.is_empty())
}

/// Maps a `message_state` (§5.2.28). ENROUTE and ACCEPTED are no news, and UNKNOWN says nothing.
const fn of_number(state: u8) -> Option<Fate> {
    match state {
        2 => Some(Fate::Delivered),
        3..=5 | 8 => Some(Fate::Failed),
        _ => None,
    }
}

/// Maps the word of a state (appendix B).
fn of_word(word: &str) -> Option<Fate> {
    match word {
        "delivrd" => Some(Fate::Delivered),
        "expired" | "deleted" | "undeliv" | "rejectd" => Some(Fate::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(class: u8, text: &str, parameters: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = b"\0\x01\x014915123456789\0\x05\0Acme\0".to_vec();
        body.extend([class, 0, 0, 0, 0, 0, 0, 0, 0, u8::try_from(text.len()).unwrap()]);
        body.extend(text.bytes());
        for (tag, value) in parameters {
            body.extend(tag.to_be_bytes());
            body.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            body.extend(*value);
        }
        body
    }

    fn found(body: &[u8]) -> Option<(String, Fate)> {
        match read(body).unwrap() {
            Delivered::Receipt(receipt) => {
                assert_eq!(receipt.number.as_deref(), Some("4915123456789"));
                Some((receipt.id, receipt.fate))
            }
            Delivered::Other => None,
        }
    }

    #[test]
    fn either_form_is_read_and_the_parameters_win() {
        let text = "id:00Ab1 sub:001 dlvrd:001 submit date:2611222030 done date:2611222031 stat:DELIVRD err:000 \
                    text:Your code";
        let delivered = Some(("00ab1".to_owned(), Fate::Delivered));
        assert_eq!(found(&body(4, text, &[])), delivered);
        let parameters: &[(u16, &[u8])] = &[(0x001e, b"77\0"), (0x0427, &[5])];
        let failed = Some(("77".to_owned(), Fate::Failed));
        assert_eq!(found(&body(4, text, parameters)), failed);
        assert_eq!(found(&body(0, "", parameters)), failed);
        assert_eq!(found(&body(4, "", &[(0x0424, text.as_bytes())])), delivered);
        assert_eq!(found(&body(4, text, &[(0x0427, &[7])])), delivered);
    }

    #[test]
    fn what_says_nothing_or_was_written_by_somebody_is_no_receipt() {
        for (class, text) in [
            (0, "id:1 stat:DELIVRD"),
            (0, "STOP"),
            (4, ""),
            (4, "id:1 stat:UNKNOWN"),
            (4, "id:1 stat:ENROUTE"),
            (4, "stat:DELIVRD"),
            (4, "id: stat:DELIVRD"),
            (4, "id:1 text:stat:DELIVRD"),
            (4, "id:1 err:000 text: stat:DELIVRD"),
        ] {
            assert_eq!(found(&body(class, text, &[])), None, "{text}");
        }
        let long = format!("id:{} stat:DELIVRD", "1".repeat(66));
        assert_eq!(found(&body(4, &long, &[])), None);
    }

    #[test]
    fn a_body_that_is_cut_off_anywhere_is_refused_or_says_less() {
        let whole = body(4, "id:1 stat:DELIVRD", &[(0x001e, b"1\0")]);
        for end in 0..whole.len() {
            let _ = read(&whole[..end]);
        }
        assert_eq!(read(&whole[..20]), Err(InvalidPdu::Body));
        assert_eq!(read(&whole[..whole.len() - 1]), Err(InvalidPdu::Body));
    }
}
