//! What is asked of the server: one case, one kind of request.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

/// What is measured. Another one needs a name, a status, and its request in `requests.rs`. They are
/// measured in this order: those that need the challenges come before those that add to them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum, Serialize)]
#[value(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum Case {
    /// `GET /livez`: what the HTTP server itself costs, and so the ceiling of the others.
    Noop,
    /// `GET /v1/challenges/{key}` of a pending challenge.
    Status,
    /// `POST /verify-otp` with a wrong code.
    VerifyWrong,
    /// `POST /verify-otp` with the right code.
    VerifyRight,
    /// `POST /v1/challenges` with `channel: "none"`: no mail, the answer tells the code.
    MintNone,
    /// `POST /v1/challenges`: answered when the challenge is committed; its mail is sent meanwhile.
    MintQueued,
    /// `POST /otp`: answered when the mail server has accepted the mail.
    Mint,
}

impl Case {
    /// Every case.
    pub(crate) fn all() -> Vec<Self> {
        Self::value_variants().to_vec()
    }

    /// The name in the table and in the JSON.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Noop => "noop",
            Self::Status => "status",
            Self::VerifyWrong => "verify_wrong",
            Self::VerifyRight => "verify_right",
            Self::MintNone => "mint_none",
            Self::MintQueued => "mint_queued",
            Self::Mint => "mint",
        }
    }

    /// The status of the answer; every other one is an error.
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::Noop | Self::Status | Self::Mint => 200,
            Self::VerifyRight | Self::MintNone | Self::MintQueued => 201,
            Self::VerifyWrong => 403,
        }
    }

    /// Whether it is about challenges that are there.
    pub(crate) const fn needs_challenges(self) -> bool {
        matches!(self, Self::Status | Self::VerifyWrong | Self::VerifyRight)
    }

    /// Whether the naive server is measured with it too: it writes, and sends no mail.
    pub(crate) const fn is_compared(self) -> bool {
        matches!(self, Self::VerifyWrong | Self::VerifyRight | Self::MintNone)
    }

    /// Whether the server sends a mail for each request.
    pub(crate) const fn sends(self) -> bool {
        matches!(self, Self::MintQueued | Self::Mint)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
