//! A whole store as a stream of bytes: what a backup has inside its seal.
//!
//! The stream begins with a manifest, has the rows of each table in the order of its key, and a count and a digest
//! after them. It is the same for all engines, so that what one has written another can take.

mod bring;
mod manifest;
mod reader;
mod restored;
mod take;
mod writer;

pub use bring::{BringTerms, bring};
pub use manifest::Manifest;
pub use reader::{Contents, Unreadable, check};
pub use restored::Restored;
pub use take::{TakeTerms, TellProgress, take};
