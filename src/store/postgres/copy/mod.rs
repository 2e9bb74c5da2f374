//! PostgreSQL as an end of a copy.

mod line;
mod rows;
mod source;
mod stream;
mod target;

pub use source::PostgresSource;
pub use target::PostgresTarget;
