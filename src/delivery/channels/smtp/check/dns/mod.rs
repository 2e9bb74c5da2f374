//! DNS lookups for a domain.

mod lookup;
mod question;
mod servers;
mod system;
#[cfg(test)]
mod tests;

pub use lookup::Dns;
pub use system::SystemDns;
