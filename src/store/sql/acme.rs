//! What the server has with an authority that issues certificates.

use crate::domain::acme::AcmeItem;
use crate::domain::secret::Sealed;
use crate::store::{AcmeStore, Verb};

use super::engine::Engine;
use super::store::SqlStore;
use super::value::with;

impl<E: Engine> AcmeStore for SqlStore<E> {
    fn acme_item(&self, item: AcmeItem) -> Verb<'_, Option<Sealed>> {
        self.read(move |tx| {
            tx.first("SELECT content FROM acme WHERE id = ?1", with![item.id()], |row| row.get())
        })
    }

    fn keep_acme_item(&self, item: AcmeItem, content: Sealed) -> Verb<'_, ()> {
        self.write(move |group| {
            let sql = "INSERT INTO acme (id, content) VALUES (?1, ?2) \
                       ON CONFLICT (id) DO UPDATE SET content = excluded.content";
            group.later(sql, with![item.id(), &content])
        })
    }
}
