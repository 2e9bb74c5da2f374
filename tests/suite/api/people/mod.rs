//! Tenants and people can go: deletion of a tenant, its export, erasure of a person.

mod deleting;
mod erasing;
mod exporting;
mod exporting_all;
mod schema;
