//! The cases of the benchmark: each sends one kind of request.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

/// A case. A new one needs a name, a status, and its request in `requests.rs`. Cases run in this order: those
/// that use the challenges come before those that add to them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum, Serialize)]
#[value(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum Case {
    /// `GET /livez`: the cost of the HTTP server itself, and so the ceiling of the others.
    Noop,
    /// `GET /v1/challenges/{key}` of a pending challenge.
    Status,
    /// `POST /verify-otp` with a wrong code.
    VerifyWrong,
    /// `POST /verify-otp` with the right code.
    VerifyRight,
    /// `POST /v1/challenges` with `channel: "none"`: no mail, and the answer contains the code.
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

    /// The expected status of the answer; any other is an error.
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::Noop | Self::Status | Self::Mint => 200,
            Self::VerifyRight | Self::MintNone | Self::MintQueued => 201,
            Self::VerifyWrong => 403,
        }
    }

    /// Whether it uses the preloaded challenges.
    pub(crate) const fn needs_challenges(self) -> bool {
        matches!(self, Self::Status | Self::VerifyWrong | Self::VerifyRight)
    }

    /// Whether the naive server is measured with this case too: the case writes, and sends no mail.
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
