//! A session: a connection and its prepared statements.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tokio_postgres::Statement;

use crate::store::sql::failed::{Failed, Result};

use super::bulk;
use super::open_failed::OpenFailed;
use super::place::Place;
use super::translate::translate;
use super::wire::Wire;

/// A prepared statement, and the one that does the same for many rows.
pub(super) struct Prepared {
    pub(super) one: Statement,
    pub(super) bulk: Option<bulk::Form>,
    many: OnceLock<Statement>,
}

/// A session.
pub(super) struct Session {
    pub(super) wire: Wire,
    /// Prepared statements, by their text.
    statements: RefCell<HashMap<String, Arc<Prepared>>>,
}

impl Session {
    /// Connects.
    pub(super) fn open(place: &Place) -> std::result::Result<Self, OpenFailed> {
        Ok(Self { wire: Wire::open(place)?, statements: RefCell::default() })
    }

    /// Returns the connection that is `kept`, or a new one in its place, with these settings, if that is lost or in
    /// doubt.
    pub(super) fn standing<'a>(
        kept: &'a mut Option<Self>,
        place: &Place,
        settings: &str,
    ) -> Result<&'a Self> {
        let session = match kept.take().filter(|session| !session.wire.is_spent()) {
            Some(session) => session,
            None => {
                let session = Self::open(place).map_err(|error| Failed::Store(error.into()))?;
                session.wire.execute(settings)?;
                session
            }
        };
        Ok(kept.insert(session))
    }

    /// Returns the prepared statement of a text, which costs a round trip the first time.
    pub(super) fn prepared(&self, sql: &str) -> Result<Arc<Prepared>> {
        if let Some(known) = self.statements.borrow().get(sql) {
            return Ok(Arc::clone(known));
        }
        // For the tests of the statements. The text has no values: those are bound.
        if cfg!(debug_assertions) {
            tracing::trace!(target: "otpmint::sql", sql);
        }
        let text = translate(sql);
        let one = self.wire.wait(self.wire.client.prepare(&text))?;
        let bulk = bulk::Form::of(&text, one.params());
        let prepared = Arc::new(Prepared { one, bulk, many: OnceLock::new() });
        self.statements.borrow_mut().insert(sql.to_owned(), Arc::clone(&prepared));
        Ok(prepared)
    }

    /// Returns the prepared statement of a form for many rows.
    pub(super) fn prepared_for_many(&self, prepared: &Prepared, form: &bulk::Form) -> Result<Statement> {
        if let Some(known) = prepared.many.get() {
            return Ok(known.clone());
        }
        let statement = self.wire.wait(self.wire.client.prepare(&form.text))?;
        Ok(prepared.many.get_or_init(|| statement).clone())
    }
}
