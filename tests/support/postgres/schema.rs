//! A schema of the shared server: what a database of its own would be for a test, at a tenth of the time.

use crate::support::lab::Missing;

use super::server::{NAME, Server};
use super::session::Session;

/// A schema that belongs to one test; removed when it is dropped.
#[derive(Debug)]
pub struct Schema<'a> {
    server: &'a Server,
    name: String,
}

impl Schema<'static> {
    /// One of the server that all tests share. For runs that ask for PostgreSQL: without it they fail.
    pub fn shared() -> Self {
        let server = Server::shared().unwrap_or_else(|Missing(reason)| panic!("{reason}"));
        server.schema()
    }
}

impl<'a> Schema<'a> {
    pub(super) fn new(server: &'a Server, name: String) -> Self {
        Self { server, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address, as a setting of the server has it.
    pub fn url(&self) -> String {
        let options = format!("options=-csearch_path%3D{}", self.name);
        format!("{}&application_name={}&{options}", self.server.url_of(NAME, NAME), self.name)
    }

    /// A session in it.
    pub fn session(&self) -> Session {
        Session::new(self.url())
    }

    /// A session in it that knows the functions of SQLite which tests use, and may change everything.
    pub fn reading(&self) -> Session {
        self.server.teach();
        let options = format!("options=-csearch_path%3D{}%2Cof_sqlite", self.name);
        Session::new(format!("{}&user=postgres&{options}", self.server.url_of("", NAME)))
    }
}

impl Drop for Schema<'_> {
    fn drop(&mut self) {
        // Whoever still works in it is ended first: he would hold the tables.
        let others = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
            self.name
        );
        let drop = format!("SET lock_timeout = '5s'; DROP SCHEMA {} CASCADE", self.name);
        let admin = self.server.admin(NAME);
        let _ = admin.try_run(&others).and_then(|_| admin.try_run(&drop));
    }
}
