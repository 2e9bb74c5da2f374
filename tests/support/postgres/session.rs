//! Statements for a database, from tests that are asynchronous and from those that are not.

use std::thread;

use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

/// An address; each call is a session of its own.
#[derive(Clone, Debug)]
pub struct Session(String);

/// The columns of a row as text; `None` for NULL.
pub type Texts = Vec<Option<String>>;

impl Session {
    /// A session at this address.
    pub fn new(url: String) -> Self {
        Self(url)
    }

    /// Runs statements, and returns the rows of the last query among them. Fails if one is refused.
    #[track_caller]
    pub fn run(&self, statements: &str) -> Vec<Texts> {
        self.try_run(statements).unwrap_or_else(|problem| panic!("{statements}: {problem}"))
    }

    /// The same; returns what the server said where it refused.
    pub fn try_run(&self, statements: &str) -> Result<Vec<Texts>, String> {
        self.alone(async |client| run(client, statements).await)
    }

    /// Runs each statement by itself in one session. Returns those that were refused, with what was said.
    pub fn refused<'a>(&self, statements: impl IntoIterator<Item = &'a str> + Send) -> Vec<String> {
        let refused = self.alone(async |client| {
            let mut refused = Vec::new();
            for statement in statements {
                if let Err(problem) = run(client, statement).await {
                    refused.push(format!("{statement}: {problem}"));
                }
            }
            Ok(refused)
        });
        refused.expect("a session")
    }

    /// Connects on a thread of its own, since the caller's may be one of a runtime, which cannot wait.
    fn alone<T: Send>(
        &self,
        work: impl AsyncFnOnce(&Client) -> Result<T, String> + Send,
    ) -> Result<T, String> {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let config: Config = self.0.parse().expect("an address");
                let (client, connection) = config.connect(NoTls).await.map_err(|error| explain(&error))?;
                let connection = tokio::spawn(connection);
                let done = work(&client).await;
                drop(client);
                let _ = connection.await;
                done
            })
        };
        thread::scope(|scope| scope.spawn(run).join().expect("no panic"))
    }
}

async fn run(client: &Client, statements: &str) -> Result<Vec<Texts>, String> {
    let messages = client.simple_query(statements).await.map_err(|error| explain(&error))?;
    let mut rows = Vec::new();
    for message in messages {
        match message {
            SimpleQueryMessage::RowDescription(_) => rows.clear(),
            SimpleQueryMessage::Row(row) => {
                rows.push((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect());
            }
            _ => {}
        }
    }
    Ok(rows)
}

fn explain(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(told) => format!("{}: {}", told.code().code(), told.message()),
        None => error.to_string(),
    }
}
