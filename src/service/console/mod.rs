//! The console: signing in and out of operators and tenants, and their accounts.

mod account;
mod code_step;
mod confirming;
mod denied;
mod devices;
mod new_password;
mod owners;
pub(in crate::service) mod parts;
mod password_hashing;
pub(in crate::service) mod rules;
mod seats;
mod secrets;
mod sessions;
mod setting_up;
mod sign_in_tries;
mod stepping_up;

pub use denied::Denied;
pub use devices::{Browser, DeviceToken};
pub use owners::ListedOperator;
pub use parts::Console;
pub use rules::{ConsoleRules, SignInLimits};
pub use secrets::TotpOffer;
pub use sessions::{OwnSession, SignInStep, Signed, SignedIn};
pub use setting_up::SetupLink;
