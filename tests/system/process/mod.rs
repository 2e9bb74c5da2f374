//! The real binary as a child process, against real mail servers, full disks, signals and crashes.

mod acme;
mod app;
mod clock;
mod ledger;

mod backup;
mod commands;
mod connections;
mod crash;
mod crowd;
mod dashboard;
mod data_folder;
mod dev;
mod disk;
mod drain;
mod files;
mod keys;
mod lab;
mod life;
mod log;
mod metrics;
mod moved_row;
mod one_address;
mod operator_token;
mod original;
mod people;
mod repeats;
mod secrets;
mod sign_in;
mod traces;
mod wal;
mod webhooks;
