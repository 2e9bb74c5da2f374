//! Time limits for message centres.

use std::time::Duration;

/// The settings of the SMPP client.
#[derive(Clone, Debug)]
pub struct SmppLimits {
    /// The limit for resolving the host and connecting, over all of its addresses.
    pub connect: Duration,
    /// The limit for the TLS handshake, and for the login.
    pub step: Duration,
    /// The limit for the answer to a message, or to any other request in a session.
    pub answer: Duration,
    /// How long a session is silent before the centre is asked whether it is still there.
    pub enquire: Duration,
    /// How long a session is kept that sends nothing: as long as receipts for the last message may come.
    pub idle: Duration,
    /// The first pause of an account that sends too fast, and the longest. Each is twice the one before.
    pub throttle: (Duration, Duration),
    /// The first pause after a failed login or a session that did not work, and the longest.
    pub reconnect: (Duration, Duration),
    /// The pauses after which a receipt is matched once more. It may arrive before the answer to its message.
    pub rematch: [Duration; 3],
    /// How many accounts have a session at once.
    pub accounts: usize,
}

impl Default for SmppLimits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(10),
            step: seconds(10),
            answer: seconds(10),
            enquire: seconds(30),
            idle: seconds(15 * 60),
            throttle: (seconds(1), seconds(60)),
            reconnect: (seconds(5), seconds(5 * 60)),
            rematch: [Duration::from_millis(300), seconds(2), seconds(6)],
            accounts: 512,
        }
    }
}
