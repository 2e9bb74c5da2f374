//! The operator token: one row at most, with its keyed hash.

use crate::domain::secret::OperatorTokenHash;
use crate::store::{OperatorTokenStore, Verb};

use super::engine::Engine;
use super::store::SqlStore;
use super::value::with;

impl<E: Engine> OperatorTokenStore for SqlStore<E> {
    fn operator_token(&self) -> Verb<'_, Option<OperatorTokenHash>> {
        self.read(|tx| tx.first("SELECT hash FROM operator_token WHERE id = 1", &[], |row| row.get()))
    }

    fn add_operator_token(&self, hash: OperatorTokenHash) -> Verb<'_, bool> {
        self.write(move |group| {
            let sql = "INSERT INTO operator_token (id, hash) VALUES (1, ?1) ON CONFLICT (id) DO NOTHING";
            Ok(group.change(sql, with![&hash])? > 0)
        })
    }

    fn set_operator_token(&self, hash: OperatorTokenHash) -> Verb<'_, ()> {
        self.write(move |group| {
            let sql = "INSERT INTO operator_token (id, hash) VALUES (1, ?1) \
                       ON CONFLICT (id) DO UPDATE SET hash = excluded.hash";
            group.later(sql, with![&hash])
        })
    }

    fn rehash_operator_token(&self, former: OperatorTokenHash, present: OperatorTokenHash) -> Verb<'_, ()> {
        self.write(move |group| {
            group.later("UPDATE operator_token SET hash = ?2 WHERE hash = ?1", with![&former, &present])
        })
    }
}
