// SPDX-License-Identifier: MIT

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Options;
use crate::client::Client;
use crate::error::Error;
use crate::hidden::Hidden;
use crate::paths;
use crate::requests::{fields, options, texts, wait};
use crate::types::{ChallengeDelivery, Channel, Delivery, Fields, derefs, time};

/// Messages with codes that your own system makes and checks. The secret key needs the scope `relay`.
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a>(pub(crate) &'a Client);

/// A code to deliver. Begin with [`Relay::code`].
#[derive(Clone, Serialize)]
pub struct Relay {
    to: String,
    code: Hidden,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Hidden>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    vars: Fields,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    metadata: Fields,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    limits: Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_user_ip: Option<String>,
    #[serde(skip)]
    options: Options,
}

impl Relay {
    /// A code, 4 to 64 printable ASCII characters, for a mail address or a phone number.
    pub fn code(to: impl Into<String>, code: impl Into<Hidden>) -> Self {
        Self {
            to: to.into(),
            code: code.into(),
            channel: None,
            purpose: None,
            locale: None,
            expires_in: None,
            link: None,
            vars: Fields::new(),
            metadata: Fields::new(),
            limits: Fields::new(),
            end_user_ip: None,
            options: Options::default(),
        }
    }

    /// How the code travels.
    #[must_use]
    pub fn channel(mut self, channel: Channel) -> Self {
        self.channel = Some(channel);
        self
    }

    /// How long your system accepts the code: 60 to 3600 seconds.
    #[must_use]
    pub fn expires_in(mut self, seconds: u32) -> Self {
        self.expires_in = Some(seconds);
        self
    }

    /// The address of a page that does the same as the code, such as a magic link. Mails carry it.
    #[must_use]
    pub fn link(mut self, address: impl Into<String>) -> Self {
        let address: String = address.into();
        self.link = Some(address.into());
        self
    }

    texts!(
        /// What the code is for; `verification` if absent. It selects the template.
        purpose,
        /// The language of the message, such as `pt-BR`.
        locale,
        /// The address of your user, for the limits.
        end_user_ip,
    );

    fields!(
        /// For the tenant's templates.
        vars,
        /// Returned with the message.
        metadata,
        /// What the limits of your policy count this message for, such as a device.
        limits,
    );

    options!();
    wait!();
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("to", &self.to).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

/// A message that was relayed. Its code can be verified by your own system alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// No shareable key.
    pub id: String,
    /// What the code is for.
    pub purpose: String,
    /// How it travelled last.
    pub channel: Channel,
    /// Masked.
    pub to: Option<String>,
    /// Its language.
    pub locale: String,
    /// When the code was taken over.
    #[serde(deserialize_with = "time")]
    pub created_at: Timestamp,
    /// When it is no longer sent.
    #[serde(deserialize_with = "time")]
    pub expires_at: Timestamp,
    /// The latest delivery.
    pub delivery: Option<Delivery>,
    /// That of the request.
    pub metadata: Fields,
}

/// A message with all its deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct MessageWithDeliveries {
    /// The message.
    #[serde(flatten)]
    pub message: Message,
    /// Its deliveries, oldest first.
    pub deliveries: Vec<ChallengeDelivery>,
}

derefs!(MessageWithDeliveries: Message message);

impl Messages<'_> {
    /// Delivers a code.
    ///
    /// # Errors
    ///
    /// As of a mint.
    pub async fn relay(&self, relay: Relay) -> Result<Message, Error> {
        self.0.send("POST", "/v1/messages".to_owned(), Some(&relay), &relay.options).await
    }

    /// A message with its deliveries.
    ///
    /// # Errors
    ///
    /// `NotFound` if you have relayed none with this id.
    pub async fn get(&self, id: &str) -> Result<MessageWithDeliveries, Error> {
        self.0.send("GET", paths::message(id)?, None::<&()>, &Options::default()).await
    }
}
