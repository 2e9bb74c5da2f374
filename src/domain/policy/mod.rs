//! Policies: the shape of codes, the odds of a lucky guess, how often codes are sent, and the
//! settings of tenants.

mod channels;
mod code;
mod effective;
pub(super) mod granted;
mod sends;
pub(super) mod settings;

pub use channels::{ChannelOrder, PAUSES};
pub use code::{CodePolicy, InvalidPolicy, LEAST_ODDS, MAX_ATTEMPTS, MAX_TTL, MIN_TTL};
pub use effective::{Policies, Policy};
pub use granted::GrantedLimits;
pub use sends::{MAX_PAUSE, MAX_SENDS, SendPolicy};
pub use settings::{CodeSettings, InvalidSetting, LimitSettings, MAX_PURPOSES, MAX_WINDOWS, PolicySettings};
