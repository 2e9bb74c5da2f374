//! The part of a node in migrations that run beside the nodes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::store::{MigrationProgress, StoreError, Verb};

use super::super::place::Place;
use super::super::session::Session;
use super::later::go_on;
use super::list::Migrations;
use super::state::State;

/// What a node does for migrations that wait.
pub(in super::super) struct Upkeep {
    place: Arc<Place>,
    migrations: Migrations,
    /// Whether there may be something to do.
    is_left: Arc<AtomicBool>,
}

impl Upkeep {
    /// Creates the part of a node that found this state.
    pub(in super::super) fn new(place: Arc<Place>, migrations: Migrations, state: &State) -> Self {
        let is_left = Arc::new(AtomicBool::new(state.waits(&migrations)));
        Self { place, migrations, is_left }
    }

    /// Does a part, over a connection of its own. Connects only if there may be something to do.
    pub(in super::super) fn go_on(&self) -> Verb<'static, MigrationProgress> {
        let is_left = Arc::clone(&self.is_left);
        if !is_left.load(Ordering::Relaxed) {
            return Box::pin(std::future::ready(Ok(MigrationProgress::Nothing)));
        }
        let (place, migrations) = (Arc::clone(&self.place), self.migrations.clone());
        let run = move || match Session::open(&place).and_then(|session| go_on(&session, &migrations)) {
            Ok(Some(progress)) => {
                is_left.store(progress != MigrationProgress::Nothing, Ordering::Relaxed);
                Ok(progress)
            }
            // Another node is at it.
            Ok(None) => Ok(MigrationProgress::Nothing),
            Err(error) => {
                tracing::error!(%error, "a migration failed and is tried again");
                Err(StoreError::Unavailable)
            }
        };
        Box::pin(
            async move { tokio::task::spawn_blocking(run).await.unwrap_or(Err(StoreError::Unavailable)) },
        )
    }
}
