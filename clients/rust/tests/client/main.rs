// SPDX-License-Identifier: MIT

//! The client against `otpmint dev` (`OTPMINT_BIN`), against its fake, and against answers of other servers.

mod contract;
mod contract_factors;
mod contract_messages;
mod description;
mod errors;
mod fake;
mod receipts;
mod retries;
mod server;
mod webhooks;
mod worlds;
