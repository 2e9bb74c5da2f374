//! The commands, one file each.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

mod audit;
mod audit_seals;
mod backup;
mod clock;
mod command_line;
mod completions;
mod config;
mod config_file;
pub mod dev;
mod doctor;
mod doctor_postgres;
mod doctor_redis;
mod doctor_routes;
mod doctor_tls;
mod failure;
mod keys;
mod listing;
mod log;
mod mail_account;
mod offline_services;
mod openapi;
mod operator;
mod operator_token;
mod port_holder;
mod prompt;
mod restore;
mod route_add;
mod route_trial;
mod runtime;
mod sandbox;
mod serve;
mod shell_user;
mod store;
mod store_copy;
mod temporary;
mod tenant;
mod tenant_add;
mod tenant_argument;
mod tenant_blocks;
mod tenant_delete;
mod tenant_erase;
mod tenant_export;
mod tenant_keys;
mod tenant_routes;

pub use command_line::Cli;
