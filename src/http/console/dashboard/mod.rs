//! The dashboard: the numbers of the last days, as charts and tables.

pub(crate) mod charts;
pub(crate) mod events;
pub(crate) mod page;
#[cfg(test)]
mod tests;
pub(crate) mod tiles;
pub(crate) mod total;
