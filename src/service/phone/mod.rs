//! What the rules against toll fraud have refused.

pub mod blocks;

pub use blocks::PhoneBlocks;
