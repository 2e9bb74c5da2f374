//! Settings: typed, loaded from the compiled-in default, a file and the environment, and checked.
//!
//! Nothing is constructed here. `config/default.toml` documents every key.

mod check;
mod fraud;
mod load;
mod read;
mod sections;
mod store;
mod store_names;
mod store_url;

pub use load::{DEFAULT, LoadError, load};
pub use sections::*;
pub use store::PostgresSettings;
pub use store_names::StoreNames;
pub use store_url::{Encryption, PostgresAddress};
