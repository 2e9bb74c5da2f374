//! The reasons why a message was not delivered: `POST /otp` returns them, and v1 shows them in `delivery.error`.

use crate::domain::deliveries::delivery::DeliveryError;

use crate::http::shared::problems::entry::{ProblemEntry, Statuses};

use super::challenges::COUNTRY_NOT_ALLOWED;
use super::tenants::{HOST_NOT_ALLOWED, NO_ACCOUNT};

/// Defines the entry of each reason; its code is the reason's own word.
macro_rules! reasons {
    ($($name:ident meaning: $meaning:expr, remedy: $remedy:expr;)*) => {
        /// The entry of a reason.
        pub(crate) fn of(reason: DeliveryError) -> &'static ProblemEntry {
            match reason {
                $(DeliveryError::$name => {
                    static ENTRY: ProblemEntry =
                        ProblemEntry::new(DeliveryError::$name.as_str(), Statuses::Original(502), $meaning)
                            .explained($meaning, $remedy);
                    &ENTRY
                })*
            }
        }
    };
}

reasons! {
    HostNotFound
        meaning: "The host name of the tenant's mail server or provider does not resolve.",
        remedy: "Check the host of the route (`smtp_host`), and the DNS resolver of the machine that OtpMint runs on.";
    ConnectionFailed
        meaning: "No connection to the mail server or provider could be made, or it broke.",
        remedy: "Check the host and the port of the route (`smtp_host`, `smtp_port`), and whether a firewall lets the connection out.";
    TimedOut
        meaning: "The mail server or provider did not accept the message in time.",
        remedy: "Retry later. It may be slow; mail servers also delay unknown senders (greylisting).";
    TlsFailed
        meaning: "The mail server or provider offers no TLS on this port, or its certificate is not valid for its host.",
        remedy: "The certificate must name the host of the route. Of mail servers, port 465 requires TLS from the \
            first byte, every other port STARTTLS. For your own CA, the operator sets `outbound.ca_file`.";
    AuthenticationFailed
        meaning: "The mail server or provider refused the login, or offered none.",
        remedy: "Check the credentials of the route (`smtp_mail`, `smtp_password`). Many mail providers require an app-specific password.";
    SenderRefused
        meaning: "The mail server or provider refused the sender.",
        remedy: "Use an address (`smtp_mail`), a number or a name that the account may send from.";
    RecipientRefused
        meaning: "The mail server or provider refused the recipient.",
        remedy: "Ask your user to check the address or the number: it may not exist, or get no such messages.";
    MessageRefused
        meaning: "The mail server or provider refused the message.",
        remedy: "The operator's log has the reason: often a filter, a quota, an empty account or the reputation of \
            the sender.";
    ProtocolViolated
        meaning: "The server at this address does not speak the protocol of the route, such as SMTP.",
        remedy: "Check the host and the port of the route (`smtp_host`, `smtp_port`).";
    ServerUnavailable
        meaning: "The mail server or provider has been failing, so OtpMint pauses sending to it.",
        remedy: "Retry in a minute, and check the mail server or the provider's status page.";
    Expired
        meaning: "The code expired before the message was accepted.",
        remedy: "Mint a new code once the mail server or provider works again.";
    Canceled
        meaning: "The challenge ended, or its tenant was disabled, before the message was accepted.",
        remedy: "Mint a new code if it is still needed.";
    HostNotAllowed
        meaning: HOST_NOT_ALLOWED.meaning,
        remedy: HOST_NOT_ALLOWED.remedy;
    NotArrived
        meaning: "The provider accepted the message, and reported later that it did not arrive.",
        remedy: "Ask your user to check the number, or send the code over another channel.";
    Unconfirmed
        meaning: "The provider may have taken the message, but gave no answer that says so. The message was not sent \
                  again, or not a third time, so that nobody gets or pays for it twice.",
        remedy: "Look into the provider's own log. Mint a new code if the recipient has not received one.";
    CountryNotAllowed
        meaning: COUNTRY_NOT_ALLOWED.meaning,
        remedy: COUNTRY_NOT_ALLOWED.remedy;
    NoRoute
        meaning: NO_ACCOUNT.meaning,
        remedy: NO_ACCOUNT.remedy;
}

pub(crate) fn all() -> impl Iterator<Item = &'static ProblemEntry> {
    DeliveryError::ALL.into_iter().map(of)
}
