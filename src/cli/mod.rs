//! The commands, one file each.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

mod audit;
mod clock;
mod command_line;
mod config;
mod config_file;
pub mod dev;
mod doctor;
mod failure;
mod keys;
mod log;
mod mail_account;
mod offline_services;
mod openapi;
mod operator;
mod prompt;
mod runtime;
mod sandbox;
mod serve;
mod temporary;
mod tenant;

pub use command_line::Cli;
