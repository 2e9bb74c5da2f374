//! The verb for changes of the schema that wait for others.

use crate::store::{MigrationProgress, MigrationStore, Verb};

use super::engine::Engine;
use super::store::SqlStore;

impl<E: Engine> MigrationStore for SqlStore<E> {
    fn migrate_on(&self) -> Verb<'_, MigrationProgress> {
        self.engine.migrate_on()
    }
}
