//! Why a code is sent over another channel.

/// The reason for which a code is sent over another channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SwitchCause {
    /// Somebody asked for it. The pause between messages is kept.
    Asked,
    /// The former message failed, or was not reported to have arrived in time.
    Fallback,
}
