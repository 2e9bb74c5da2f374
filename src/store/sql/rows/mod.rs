//! The rows that a unit of work holds in memory, and how they are read and written.

mod challenge;
mod counted;
mod held;
mod owner;
mod recipient;
mod shown;

pub use challenge::{ChallengeRow, Extent};
pub use counted::{TallyRow, TrailRow};
pub use held::Held;
pub use owner::{EventState, Owner};
pub use recipient::{RecipientRow, read_counters};
pub(crate) use shown::shown_columns;
pub use shown::{find_shown, read_shown};
