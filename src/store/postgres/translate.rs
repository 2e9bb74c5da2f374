//! The text of a statement in PostgreSQL's dialect.

/// Translates a statement: `$1` for `?1`, and the locks, which are comments for other engines
/// ([`dialect`](crate::store::sql::dialect)).
pub(super) fn translate(sql: &str) -> String {
    let text = sql.replace("/*lock*/", "FOR NO KEY UPDATE").replace('?', "$");
    match text.split_once("/*lock free ").and_then(|(head, tail)| Some((head, tail.split_once("*/")?))) {
        Some((head, (alias, tail))) => format!("{head}FOR NO KEY UPDATE OF {alias} SKIP LOCKED{tail}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sql::dialect::{lock, lock_free};

    #[test]
    fn parameters_and_locks_are_postgresqls() {
        let sql = concat!("SELECT a FROM b WHERE c = ?1 AND d > ?12 ", lock!());
        assert_eq!(translate(sql), "SELECT a FROM b WHERE c = $1 AND d > $12 FOR NO KEY UPDATE");
        let sql = concat!("SELECT a FROM b o LIMIT ?1 ", lock_free!(o));
        assert_eq!(translate(sql), "SELECT a FROM b o LIMIT $1 FOR NO KEY UPDATE OF o SKIP LOCKED");
    }
}
