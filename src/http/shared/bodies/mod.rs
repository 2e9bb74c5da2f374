//! Bodies that more than one face reads: each rule about a field has its home here.
//!
//! A JSON body of v1 and a form of the console become the same value, by the same parser.

pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod limits_patch;
pub(crate) mod mail_account;
pub(crate) mod object;
pub(crate) mod objects;
pub(crate) mod secret_key;
pub(crate) mod tenant_patch;
