//! The tests with real processes: the program as it is installed, killed and on full disks, what the documents
//! tell to run, and pages in a browser.

#[path = "../support/mod.rs"]
mod support;

mod browser;
mod cluster;
mod docs;
mod peers;
mod process;
mod receipts;
mod torture;
