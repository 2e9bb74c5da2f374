//! The SQL fragments that differ between databases.
//!
//! A statement is written once, for all engines: in standard SQL and with the parameters `?1`, `?2`
//! … So `coalesce` and `CASE`, not `ifnull` and `iif`; `INSERT … ON CONFLICT (key) DO NOTHING` or
//! `DO UPDATE SET …`, not `OR IGNORE` or `OR REPLACE`; `flags & ?1 <> 0`, since a number is not a
//! condition; `CAST(?1 AS BIGINT) IS NULL` where a parameter stands alone, since it has no type
//! there; `CAST(sum(…) AS BIGINT)`; an alias for each subquery in FROM; and no `rowid`.
//! `tests/suite/architecture` checks for words that are not portable, and `tests/suite/statements`
//! has PostgreSQL prepare every statement.
//!
//! The rest is built from the fragments below at compile time, so that a statement stays a
//! constant. SQLite has no row locks; it ignores them, because they are written as comments.

/// Locks the rows that a query returns until the end of the transaction, against other transactions that
/// lock or change them. It ends the query.
macro_rules! lock {
    () => {
        "/*lock*/"
    };
}
pub(crate) use lock;

/// The same for the rows of the table with this alias, but leaves out those that another transaction has
/// locked.
macro_rules! lock_free {
    ($alias:ident) => {
        concat!("/*lock free ", stringify!($alias), "*/")
    };
}
pub(crate) use lock_free;

/// Joins the live tenant `l` of a sandbox to a query over `tenants t`.
macro_rules! live_tenant {
    () => {
        "LEFT JOIN tenants l ON l.id = t.sandbox_of"
    };
}
pub(crate) use live_tenant;

/// The condition in such a query that the tenant is active. A sandbox is active only if the live
/// tenant that it belongs to is.
macro_rules! is_active {
    () => {
        "t.status = 'active' AND coalesce(l.status, 'active') = 'active'"
    };
}
pub(crate) use is_active;

#[cfg(test)]
mod tests {
    use crate::domain::tenants::tenant::TenantStatus;

    #[test]
    fn the_word_for_an_active_tenant_is_the_one_of_the_domain() {
        assert_eq!(is_active!().matches(&format!("'{}'", TenantStatus::Active.as_str())).count(), 3);
    }
}
