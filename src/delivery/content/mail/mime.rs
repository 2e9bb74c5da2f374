//! Assembly of the parts of a mail.
//!
//! lettre writes the header fields, where a name or a subject could do harm, and encodes the texts
//! that need it. Its builder of whole mails is not used: it parses its own output again, and scans
//! each text byte by byte for line ends that are repaired on the way to the wire anyway.

use std::fmt::Write;

use lettre::message::Body;
use lettre::message::header::{ContentTransferEncoding, HeaderName, Headers, MIME_VERSION_1_0};

use super::headers::field;

/// The maximum length of a line in a text that needs no encoding, as in lettre.
const SHORT: usize = 75;

/// The approximate size of a mail without its texts.
const FRAME: usize = 1024;

/// Assembles a mail with these header fields and this text. Its lines may end in any way.
pub(super) fn plain(mut headers: Headers, text: String) -> Vec<u8> {
    headers.set(MIME_VERSION_1_0);
    let mut mail = start_mail(&headers, text.len());
    add(&mut mail, "plain", text);
    mail
}

/// Assembles a mail with HTML beside the text.
pub(super) fn alternative(mut headers: Headers, boundary: &str, text: String, html: String) -> Vec<u8> {
    headers.set(MIME_VERSION_1_0);
    let kind = format!("multipart/alternative; boundary=\"{boundary}\"");
    headers.insert_raw(field(HeaderName::new_from_ascii_str("Content-Type"), &kind));
    let mut mail = start_mail(&headers, text.len() + html.len());
    mail.extend_from_slice(b"\r\n");
    for (kind, part) in [("plain", text), ("html", html)] {
        mail.extend([b"--", boundary.as_bytes(), b"\r\n"].concat());
        add(&mut mail, kind, part);
    }
    mail.extend([b"--", boundary.as_bytes(), b"--\r\n"].concat());
    mail
}

fn start_mail(headers: &Headers, texts: usize) -> Vec<u8> {
    let mut mail = String::with_capacity(FRAME + texts);
    // Writing to a String cannot fail.
    let _ = write!(mail, "{headers}");
    mail.into_bytes()
}

fn add(mail: &mut Vec<u8>, kind: &str, text: String) {
    let (encoding, body) = encoded(text);
    let head =
        format!("Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n");
    mail.extend_from_slice(head.as_bytes());
    mail.extend_from_slice(&body);
    mail.extend_from_slice(b"\r\n");
}

fn encoded(text: String) -> (ContentTransferEncoding, Vec<u8>) {
    match text.is_ascii() && has_short_lines(text.as_bytes()) {
        true => (ContentTransferEncoding::SevenBit, text.into_bytes()),
        false => {
            let body = Body::new(text);
            (body.encoding(), body.into_vec())
        }
    }
}

fn has_short_lines(text: &[u8]) -> bool {
    let mut last = 0;
    let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
    ends.map(|end| end - std::mem::replace(&mut last, end)).all(|length| length <= SHORT)
}

#[cfg(test)]
mod tests {
    use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
    use proptest::prelude::*;

    use super::*;
    use crate::delivery::channels::smtp::mail_object::MailObject;
    use crate::delivery::content::mail::message::MailMessage;

    fn sent(mail: &[u8]) -> String {
        let (from, to) = ("a@sender.example".to_owned(), "b@example.com".to_owned());
        let mail = MailMessage { from, to, formatted: mail.to_owned() };
        String::from_utf8(MailObject::new(&mail).content).unwrap()
    }

    proptest! {
        #[test]
        fn lettre_writes_the_same(
            text in "(([ -~]{0,80}|\\PC{0,30})(\n|\r|\r\n|\\.)){0,5}",
            html in prop::option::of("([ -~é]{0,80}\r?\n){0,5}"),
            boundary in "=_[a-zA-Z0-9_.-]{1,60}",
        ) {
            let from: Mailbox = "a@sender.example".parse().unwrap();
            let builder = Message::builder().from(from.clone()).to(from).date(std::time::UNIX_EPOCH);
            let single = SinglePart::plain(text.clone());
            let theirs = match html.clone() {
                None => builder.singlepart(single),
                Some(html) => {
                    let parts = MultiPart::alternative().boundary(&*boundary);
                    builder.multipart(parts.singlepart(single).singlepart(SinglePart::html(html)))
                }
            }.unwrap();
            let mut headers = theirs.headers().clone();
            headers.remove_raw("MIME-Version");
            let ours = match html {
                None => plain(headers, text),
                Some(html) => alternative(headers, &boundary, text, html),
            };
            prop_assert_eq!(sent(&ours), sent(&theirs.formatted()));
        }
    }
}
