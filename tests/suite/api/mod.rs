//! The product over real HTTP: the whole program in this process, with stopped time, and a real mail server
//! for each tenant.

pub mod harness;

mod attack;
mod audit_trail;
mod callbacks;
mod cli;
mod clock;
mod console;
mod contract;
mod copying;
mod delivery;
mod deprecation;
mod description;
mod edges;
mod expiry;
mod faults;
mod hooks;
mod hostile;
mod input;
mod isolation;
mod limits;
mod mail;
mod mail_trouble;
mod openapi;
mod otpgateway;
mod outbound;
mod overload;
mod pages;
mod people;
mod races;
mod registration;
mod rotation;
mod secrets;
mod spelling;
mod tls;
mod twilio;
mod uniform;
mod v1;
