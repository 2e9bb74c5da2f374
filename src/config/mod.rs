//! Settings: typed, loaded from the compiled-in default, a file and the environment, and checked.
//!
//! Nothing is constructed here. `config/default.toml` documents every key.

mod check;
mod collector;
mod default_file;
mod derived;
mod file;
mod fraud;
mod load;
mod load_error;
mod mistakes;
mod operator;
mod read;
mod sections;
mod spray;
mod store;
mod store_names;
mod store_url;
mod tls;
mod variables;
mod written;

pub use collector::TraceCollector;
pub use default_file::DEFAULT;
pub use load::load;
pub use load_error::LoadError;
pub use mistakes::Mistake;
pub use sections::*;
pub use store::PostgresSettings;
pub use store_names::StoreNames;
pub use store_url::{Encryption, PostgresAddress};
