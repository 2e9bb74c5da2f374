// SPDX-License-Identifier: MIT

//! What is sent. The fields are those of docs/api.md; a test compares them with docs/openapi.json.

use std::fmt;

use serde::Serialize;

use crate::call::Options;
use crate::types::{Channel, Fields};

/// The form of a code; what is left out is that of the policy.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CodeShape {
    /// 4 to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u8>,
    /// `digits` or `unambiguous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alphabet: Option<String>,
}

/// What is minted. Begin with [`Mint::to`], or with [`Mint::default`] for a hosted page that asks.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Mint {
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<CodeShape>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    metadata: Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    vars: Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_hash: Option<String>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    bind: Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embed: Option<bool>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    limits: Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_user_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trusted: Option<bool>,
    #[serde(skip)]
    pub(crate) options: Options,
}

/// An answer: what the user typed. A `&str` is one, too.
#[derive(Clone, Serialize)]
pub struct Verify {
    pub(crate) code: String,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    pub(crate) bind: Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_user_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trusted: Option<bool>,
    #[serde(skip)]
    pub(crate) options: Options,
}

/// Another message with the same code.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Resend {
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<Channel>,
    #[serde(skip)]
    pub(crate) options: Options,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<String>) -> Self {
            self.$name = Some($name.into());
            self
        })+
    };
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
            self.$name.insert(name.into(), text.into());
            self
        })+
    };
}

macro_rules! options {
    () => {
        /// A key of your own, to repeat the call later or elsewhere; otherwise each call gets a new one.
        #[must_use]
        pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
            self.options.idempotency_key = Some(key.into());
            self
        }
    };
}

macro_rules! wait {
    () => {
        /// Seconds, at most 10, to wait for the outcome of the message. Otherwise `delivery` is queued.
        #[must_use]
        pub fn wait(mut self, seconds: u8) -> Self {
            self.options.wait = seconds;
            self
        }
    };
}

pub(crate) use {fields, options, texts, wait};

impl Mint {
    /// A code for a mail address or a phone number.
    pub fn to(to: impl Into<String>) -> Self {
        Self { to: Some(to.into()), ..Self::default() }
    }

    /// How the code travels.
    #[must_use]
    pub fn channel(mut self, channel: Channel) -> Self {
        self.channel = Some(channel);
        self
    }

    /// How long the code is valid: 60 to 900 seconds.
    #[must_use]
    pub fn ttl(mut self, seconds: u32) -> Self {
        self.ttl = Some(seconds);
        self
    }

    /// The form of the code.
    #[must_use]
    pub fn code(mut self, shape: CodeShape) -> Self {
        self.code = Some(shape);
        self
    }

    /// Requests a hosted page that may be shown in a frame.
    #[must_use]
    pub fn embed(mut self) -> Self {
        self.embed = Some(true);
        self
    }

    /// Says that you vouch for the device of your user: a lockout by others then leaves it a small reserve.
    #[must_use]
    pub fn trusted(mut self) -> Self {
        self.trusted = Some(true);
        self
    }

    texts!(
        /// What a page asks for: `email`, `phone` or `either`.
        ask,
        /// What the code is for; `verification` if absent.
        purpose,
        /// The language of the message, such as `pt-BR`.
        locale,
        /// Ties the receipt to one session.
        nonce,
        /// The host of the page that may take the code from a text message.
        origin,
        /// The hash of the Android app that may take it.
        app_hash,
        /// Requests a hosted page: where it sends the user afterwards.
        return_url,
        /// The address of your user, for the limits.
        end_user_ip,
    );

    fields!(
        /// Returned with the challenge and part of the receipt: no secrets here.
        metadata,
        /// For the tenant's templates.
        vars,
        /// Must be repeated exactly at the verification.
        bind,
        /// What the limits of your policy count this mint for, such as a device.
        limits,
    );

    options!();
    wait!();
}

impl Verify {
    /// What the user typed: spaces, dashes and lower case are understood.
    pub fn code(code: impl Into<String>) -> Self {
        let (bind, options) = (Fields::new(), Options::default());
        Self { code: code.into(), bind, end_user_ip: None, trusted: None, options }
    }

    /// Says that you vouch for the device of your user: a lockout by others then leaves it a small reserve.
    #[must_use]
    pub fn trusted(mut self) -> Self {
        self.trusted = Some(true);
        self
    }

    texts!(
        /// The address of your user, for the limits.
        end_user_ip,
    );

    fields!(
        /// What was bound by the mint.
        bind,
    );

    options!();
}

impl Resend {
    /// Over another channel than before.
    #[must_use]
    pub fn channel(mut self, channel: Channel) -> Self {
        self.channel = Some(channel);
        self
    }

    options!();
    wait!();
}

impl From<&str> for Verify {
    fn from(code: &str) -> Self {
        Self::code(code)
    }
}

impl From<&String> for Verify {
    fn from(code: &String) -> Self {
        Self::code(code)
    }
}

// What was typed does not belong into a log.
impl fmt::Debug for Verify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verify").field("bind", &self.bind.keys()).finish_non_exhaustive()
    }
}
