//! Whether the store stays as fast and as small as it is.

pub(crate) mod command;
mod flat;
mod report;
mod sealing;
mod subject;
mod years;
