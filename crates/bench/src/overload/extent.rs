//! The size of the load.

use clap::Args;

/// Requests per second of a modest tenant.
pub(crate) const MODEST: u32 = 20;

/// What is done to the server, and for how long.
#[derive(Args, Clone, Copy)]
pub(crate) struct Extent {
    /// How long more is asked than can be done; the other parts take a fourth of it each.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub(crate) seconds: u64,
    /// How many times the capacity is asked for.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(2..=100))]
    pub(crate) times: u32,
    /// Connections that ask for it.
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u16).range(1..=16_000))]
    pub(crate) connections: u16,
    /// How long after the overload everything has to be normal, in seconds.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub(crate) rest: u64,
    /// Connections that are idle.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u16).range(0..=30_000))]
    pub(crate) idle: u16,
    /// Connections that send a request head byte by byte.
    #[arg(long, value_name = "N", default_value_t = 9_000, value_parser = clap::value_parser!(u16).range(0..=30_000))]
    pub(crate) slow: u16,
}
