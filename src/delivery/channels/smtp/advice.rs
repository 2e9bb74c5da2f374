//! Advice on what to change after a failed step: more precise than the stable word, and without
//! anything that the server sent.

use super::failure::{Cause, Phase, SmtpFailure};
use crate::delivery::net::distrust::Distrust;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::smtp::Security;

const NO_ADDRESS: &str = "the host has no address in DNS: check its spelling";
const NO_CONNECTION: &str =
    "no connection: check the port, and that this server's network lets it out; providers often block 25";
const SILENT: &str = "the server says nothing on this port: if it speaks TLS from the first byte, as on 465, \
                      set tls to implicit";
const NO_SMTP: &str = "the server does not greet as SMTP does: check the port, and whether tls fits it \
                       (implicit on 465, starttls on 587)";
const TURNED_AWAY: &str =
    "the server turns this one away before the login: ask its operator whether this address may connect";
const NO_STARTTLS: &str = "the server offers no STARTTLS on this port: try port 465 with tls set to implicit";
const INJECTED: &str = "something came in clear behind the server's reply to STARTTLS, as when somebody on the \
                        way meddles; nothing was sent. Try port 465 with tls set to implicit";
const NO_TLS: &str = "no TLS session: check that tls fits the port (implicit on 465, starttls on 587), and \
                      that the server speaks TLS 1.2 or 1.3";
const NO_LOGIN: &str = "the server offers neither AUTH PLAIN nor AUTH LOGIN on this port: try 587 or 465";
const BAD_LOGIN: &str = "the login was refused: check username and password; many providers want an \
                         app password, or have SMTP switched off for the mailbox";
const NO_TOKEN_LOGIN: &str = "the server offers neither AUTH XOAUTH2 nor AUTH OAUTHBEARER on this port: try 587, or \
                              use a password";
const BAD_TOKEN: &str = "the server refused the access token: check that username is the mailbox, that the app may \
                         send for it (Microsoft: a service principal with SendAs or FullAccess on the mailbox, and \
                         SMTP AUTH switched on for it; Google: domain-wide delegation), and the scope";
const LOGIN_LATER: &str = "the server cannot check logins at present: try again later";
const BAD_SENDER: &str = "the server does not let this login send as `from`: use the login's own address, or \
                          have the address allowed for it";
const BAD_RECIPIENT: &str = "the server refuses the recipient: check `to`, and that the login may send to \
                             other domains";
const BAD_MESSAGE: &str = "the server refuses the mail: its log or its operator knows why";
const LATER: &str = "the server puts it off: try again later";
const CUT_OFF: &str = "the server broke the connection off: try again, and see its log";
const SLOW: &str = "the server did not answer in time: try again later";

/// Returns the advice for `failure`, for a route that uses this kind of TLS.
pub(super) fn advice(failure: &SmtpFailure, security: Security) -> &'static str {
    match &failure.cause {
        Cause::HostNotFound(_) => NO_ADDRESS,
        Cause::HostNotAllowed => DeliveryError::HostNotAllowed.advice(),
        Cause::Untrusted(error) => Distrust::of(error).map_or(NO_TLS, Distrust::advice),
        Cause::NoTls => NO_STARTTLS,
        Cause::Injected => INJECTED,
        Cause::NoLogin => NO_LOGIN,
        Cause::NoTokenLogin => NO_TOKEN_LOGIN,
        Cause::NoToken(failure) => failure.advice(),
        Cause::TokenRefused { reply, .. } if !(400..=499).contains(&reply.code) => BAD_TOKEN,
        Cause::TokenRefused { .. } => LOGIN_LATER,
        Cause::TooLarge => BAD_MESSAGE,
        Cause::Malformed(_) | Cause::Unasked => NO_SMTP,
        Cause::Broken(_) | Cause::TimedOut if failure.phase == Phase::Connect => NO_CONNECTION,
        Cause::Broken(_) | Cause::TimedOut if failure.phase == Phase::Tls => NO_TLS,
        Cause::TimedOut if failure.phase == Phase::Greeting && security == Security::StartTls => SILENT,
        Cause::Broken(_) if failure.phase == Phase::Greeting => NO_SMTP,
        Cause::Broken(_) => CUT_OFF,
        Cause::TimedOut => SLOW,
        Cause::Answered(reply) => answered(failure.phase, reply.code),
    }
}

fn answered(phase: Phase, code: u16) -> &'static str {
    match (phase, code) {
        (_, 421) => LATER,
        (Phase::Login, 400..=499) => LOGIN_LATER,
        (_, 530 | 534 | 535 | 538) => BAD_LOGIN,
        (_, 400..=499) => LATER,
        (Phase::Connect | Phase::Greeting | Phase::Hello | Phase::Reset, _) => TURNED_AWAY,
        (Phase::Tls, _) => NO_TLS,
        (Phase::Token | Phase::Login, _) => BAD_LOGIN,
        (Phase::Sender, _) => BAD_SENDER,
        (Phase::Recipient, _) => BAD_RECIPIENT,
        (Phase::Data | Phase::Content, _) => BAD_MESSAGE,
    }
}
