//! Case by case, for each number of connections and of challenges.

pub(crate) mod command;
mod report;
mod rounds;
mod table;
