//! DNS lookups for a domain.

mod lookup;
mod question;
mod servers;
mod system;
#[cfg(test)]
mod tests;

pub use lookup::Dns;
#[cfg(fuzzing)]
pub use question::fuzz;
pub use system::SystemDns;
