//! Devices: what a tenant knows of the device on which a code is asked for or answered.

/// The device of an end user.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Device {
    /// The tenant says nothing about it.
    #[default]
    Unknown,
    /// The tenant vouches for it: its user has signed in there before, say.
    Trusted,
}

impl Device {
    /// Returns the device that a request of a tenant is about, which says `trusted` or not.
    pub fn stated(trusted: Option<bool>) -> Self {
        if trusted == Some(true) { Self::Trusted } else { Self::Unknown }
    }
}
