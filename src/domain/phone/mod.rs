//! Phone numbers, their countries, and what each kind of number can receive.

pub mod country;
pub mod fraud;
pub mod number;
pub mod settings;
