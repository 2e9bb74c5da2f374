//! Stores over one schema.

use std::sync::Arc;
use std::time::Duration;

use otpmint::domain::node::Node;
use otpmint::store::Store;
use otpmint::store::postgres::{Doubt, Place};

use crate::store::backend::{Backend, in_postgres};
use crate::support::lab::need;
use crate::support::postgres::schema::Schema;
use crate::support::postgres::server::{NAME, Server};

/// A schema of a server, reached over TCP through this port.
pub struct Reached {
    pub schema: Schema<'static>,
    pub port: u16,
    /// Of the node that is opened.
    pub node: Node,
    /// How long a request waits for the database.
    pub patience: Duration,
}

/// The server of all tests, if there is one.
pub fn server() -> Option<&'static Server> {
    need(Server::shared())
}

impl Reached {
    pub fn directly(server: &'static Server) -> Self {
        let patience = Duration::from_secs(30);
        Self { schema: server.schema(), port: server.port(), node: Node::SERVER, patience }
    }

    /// The schema, for a store with this many lanes.
    pub fn place(&self, lanes: u8) -> Place {
        let config = format!(
            "host=127.0.0.1 port={} user={NAME} password={NAME} dbname={NAME} options='-c search_path={}'",
            self.port,
            self.schema.name()
        );
        let config = config.parse().expect("a configuration");
        Place { config, tls: None, lanes, patience: self.patience, doubt: Doubt::default() }
    }

    /// Another store over the same schema, as another node.
    pub fn open_as(&self, node: Node) -> Arc<dyn Store> {
        in_postgres(self.place(3), node)
    }
}

impl Backend for Reached {
    fn open(&self) -> Arc<dyn Store> {
        self.open_as(self.node)
    }

    fn open_beside(&self) -> Arc<dyn Store> {
        self.open_as(Node::numbered(1))
    }
}
