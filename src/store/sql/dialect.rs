//! The words that databases do not share.
//!
//! A statement is written once, for all engines: in standard words and with the parameters `?1`,
//! `?2` … So `coalesce` and `CASE`, not `ifnull` and `iif`; `INSERT … ON CONFLICT (key) DO NOTHING`
//! or `DO UPDATE SET …`, not `OR IGNORE` or `OR REPLACE`; `flags & ?1 <> 0`, since a number is no
//! condition; `CAST(?1 AS BIGINT) IS NULL` where a parameter stands alone, since it has no type
//! there; `CAST(sum(…) AS BIGINT)`; each subquery in FROM with an alias; and no `rowid`.
//! `tests/suite/architecture` looks for the words that are not shared.
//!
//! What is left is made of the fragments below, put together at compile time: a statement stays a
//! constant. SQLite has no row locks; it reads over them, because they are written as comments.

/// Behind the joins of a query over `tenants t`: the live tenant `l` of a sandbox.
macro_rules! live_tenant {
    () => {
        "LEFT JOIN tenants l ON l.id = t.sandbox_of"
    };
}
pub(crate) use live_tenant;

/// A condition of the same query: the tenant is active. A sandbox is no more active than the live
/// tenant that it belongs to.
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
