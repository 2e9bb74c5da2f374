//! A PostgreSQL server, as `otpmint doctor` looks at it.

use std::time::Duration;

use crate::app::Ambient;
use crate::domain::node::ClockSkew;
use crate::domain::time::Clock as _;
use crate::store::postgres::{
    Durability, Examination, Leavings, Place, Rights, ServerFound, ServerRole, Standbys,
};

use super::failure::Failure;

/// An age of a transaction from which it is remarkable: it keeps the server from tidying up.
const LONG: Duration = Duration::from_secs(60);

/// Removed rows of the outbox from which they are remarkable: fifty times the number at which vacuum comes.
const LEFT: i64 = 50_000;

/// Asks the server, and prints what is fine and what is remarkable. Returns what loses acknowledged codes.
pub(super) async fn examine(place: &Place, ambient: &Ambient) -> Result<Vec<String>, Failure> {
    let before = ambient.clock.wall();
    let unusable = |error| Failure { message: format!("{place}: {error}"), code: 4 };
    let found = Examination::of(place).await.map_err(unusable)?;
    let line = if found.encrypted { "encrypted" } else { "not encrypted" };
    let schema = found.schema.as_deref().unwrap_or("none");
    println!("ok    PostgreSQL {}, schema {schema}, connection {line}", found.version);
    let skew = ClockSkew::between(before, found.clock, ambient.clock.wall());
    for note in notes(&found).into_iter().chain(about_clocks(skew)) {
        println!("note  {note}");
    }
    if place.config.get_hosts().len() > 1 {
        tell_servers(&ServerFound::all(place).await.map_err(unusable)?)?;
    }
    Ok(losses(&found.durability))
}

/// Prints what each server does. Two that take writes are two databases, and each code is in one of them.
fn tell_servers(servers: &[ServerFound]) -> Result<(), Failure> {
    for server in servers {
        match &server.role {
            Ok(role @ (ServerRole::Primary | ServerRole::Standby)) => {
                println!("ok    {} {role}", server.name)
            }
            Ok(role @ ServerRole::Stray) => println!("note  {} {role}", server.name),
            Err(error) => println!("note  {}: {error}", server.name),
        }
    }
    let takes_writes = |server: &&ServerFound| matches!(server.role, Ok(ServerRole::Primary));
    let primaries: Vec<_> = servers.iter().filter(takes_writes).map(|server| server.name.as_str()).collect();
    match primaries.len() {
        0 | 1 => Ok(()),
        _ => Err(Failure {
            message: format!(
                "{} take writes, each for itself: stop all but the one that has the latest codes, and make the \
                 others its standbys",
                primaries.join(" and ")
            ),
            code: 4,
        }),
    }
}

fn losses(durability: &Durability) -> Vec<String> {
    let mut losses = Vec::new();
    if !durability.fsync {
        losses.push(
            "the server runs with fsync=off: a crash of its machine loses what was acknowledged, or the whole \
             database; switch it on"
                .to_owned(),
        );
    }
    if !durability.full_page_writes {
        losses.push(
            "the server runs with full_page_writes=off: a crash of its machine may leave pages that are half \
             written; switch it on"
                .to_owned(),
        );
    }
    losses
}

fn notes(found: &Examination) -> Vec<String> {
    let mut notes: Vec<String> = about_standbys(&found.standbys).into_iter().collect();
    let default = &found.durability.synchronous_commit;
    if !matches!(default.as_str(), "on" | "remote_apply") {
        notes.push(format!(
            "synchronous_commit is {default} by default; OtpMint sets it on for its own sessions"
        ));
    }
    if found.isolation != "read committed" {
        notes.push(format!(
            "default_transaction_isolation is {}: reading costs more than it has to",
            found.isolation
        ));
    }
    notes.extend(about_rights(&found.rights));
    if found.waiting > 0 {
        notes.push(format!("{} locks are waited for at this moment (pg_locks)", found.waiting));
    }
    if found.oldest_transaction > LONG {
        notes.push(format!(
            "a transaction has been open for {} s: it keeps the server from tidying up (pg_stat_activity)",
            found.oldest_transaction.as_secs()
        ));
    }
    notes.extend(about_leavings(&found.leavings));
    notes
}

/// What is lost with the server's disk, or why nothing is acknowledged.
fn about_standbys(standbys: &Standbys) -> Option<String> {
    let awaited = &standbys.awaited;
    match (awaited.is_empty(), standbys.following) {
        (true, 0) => Some(
            "no standby follows: if the server's disk is lost, so is everything since the last backup, unless the \
             disk itself is replicated"
                .to_owned(),
        ),
        (true, _) => Some(
            "no synchronous standby (synchronous_standby_names is empty): if a standby takes over, the last codes \
             and attempts that were acknowledged may be lost"
                .to_owned(),
        ),
        (false, 0) => Some(format!(
            "no standby follows, and synchronous_standby_names is '{awaited}': nothing is acknowledged until one \
             does, or until the setting is empty"
        )),
        (false, _) if standbys.waiting > 0 => Some(format!(
            "{} sessions wait for a standby of '{awaited}' at this moment (pg_stat_replication)",
            standbys.waiting
        )),
        (false, _) => None,
    }
}

fn about_rights(rights: &Rights) -> Vec<String> {
    let mut notes = Vec::new();
    if rights.superuser {
        notes.push("the user is a superuser: a role that owns its database is enough".to_owned());
    } else if !rights.powers.is_empty() {
        notes.push(format!(
            "the user has more rights than it needs ({}): a role that owns its database is enough",
            rights.powers
        ));
    }
    if rights.open_schema {
        notes.push(
            "everybody who may connect may create tables in the schema: run REVOKE CREATE ON SCHEMA … FROM PUBLIC"
                .to_owned(),
        );
    }
    notes
}

fn about_leavings(leavings: &Leavings) -> Option<String> {
    if !leavings.autovacuum {
        return Some("autovacuum is off: the tables grow for ever; switch it on".to_owned());
    }
    (leavings.dead > LEFT.max(10 * leavings.live)).then(|| {
        format!(
            "the outbox has {} removed rows that still take room, and {} others: something keeps vacuum from it, \
             such as a long transaction or an unused replication slot (pg_replication_slots)",
            leavings.dead, leavings.live
        )
    })
}

fn about_clocks(skew: ClockSkew) -> Option<String> {
    skew.is_too_great().then(|| {
        let seconds = skew.0.unsigned_abs() / 1_000;
        format!("this machine's clock and the database's are {seconds} s apart: synchronise both")
    })
}
