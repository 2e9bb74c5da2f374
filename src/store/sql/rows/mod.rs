//! The rows that a unit of work holds in memory, and how they are read and written.

mod challenge;
mod counted;
mod held;
mod message;
mod owner;
mod recipient;
mod shown;

pub(crate) use challenge::challenge_columns;
pub use challenge::{ChallengeRow, ExpectedCode, Extent};
pub use counted::{TallyRow, TrailRow};
pub use held::Held;
pub use message::QueuedMessage;
pub(crate) use message::message_columns;
pub use owner::{Endpoint, EventState, Owner};
pub(crate) use owner::{endpoint_columns, owner_columns};
pub(crate) use recipient::counter_columns;
pub use recipient::{EVERYBODY, RecipientRow, read_counters};
pub(crate) use shown::shown_columns;
pub use shown::{find_shown, read_shown};
