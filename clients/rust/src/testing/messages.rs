// SPDX-License-Identifier: MIT

use std::time::Duration;

use serde_json::{Value, json};

use super::bodies::Body;
use super::book::{Book, Message, key_of, recipient, way_to};
use super::problems::Refused;
use super::views::{deliveries, masked, timestamp};

/// The relayed messages of a fake, as they are shown.
#[derive(Default)]
pub(super) struct MessageBook(Vec<Value>);

impl MessageBook {
    pub fn relay(&mut self, body: &Body, book: &mut Book) -> Result<Value, Refused> {
        let (now, code) = (book.now, body.text("code").unwrap_or_default());
        let to = recipient(body.text("to").unwrap_or_default())?;
        let is_printable = code.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !(4..=64).contains(&code.len()) || !is_printable || code.trim() != code {
            let detail = "4 to 64 printable ASCII characters, no space at either end";
            return Err(Refused::field("/code", detail));
        }
        let channel = way_to(&to, body)?;
        let lives = body.value("expires_in").as_u64().unwrap_or(600);
        if !(60..=3600).contains(&lives) {
            return Err(Refused::field("/expires_in", "expires_in must be from 60 to 3600 seconds"));
        }
        // Apart from the keys of challenges, which are of small letters.
        let id = key_of(self.0.len()).to_ascii_uppercase();
        let purpose = body.text("purpose").unwrap_or("verification");
        let view = json!({
            "id": id, "purpose": purpose, "channel": channel, "to": masked(&to),
            "locale": body.text("locale").unwrap_or("en"), "created_at": timestamp(now),
            "expires_at": timestamp(now + Duration::from_secs(lives)), "metadata": body.fields("metadata"),
            "delivery": { "status": "sent", "at": timestamp(now), "error": null },
        });
        self.0.push(view.clone());
        let (purpose, code) = (purpose.to_owned(), code.to_owned());
        book.messages.push(Message { to, channel, code, purpose, key: id, at: now, relayed: true });
        Ok(view)
    }

    pub fn get(&self, id: &str, book: &Book) -> Result<Value, Refused> {
        let found = self.0.iter().find(|view| view["id"] == id);
        let mut view = found.ok_or_else(|| Refused::of("message_not_found"))?.clone();
        let sends = book.messages.iter().filter(|message| message.key == id);
        view["deliveries"] = deliveries(sends.map(|message| (message.channel, message.at)));
        Ok(view)
    }
}
