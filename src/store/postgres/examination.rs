//! What a database server does with what is stored in it, as far as its user can see.

use std::time::Duration;

use tokio_postgres::Row;

use crate::domain::time::Timestamp;
use crate::store::sql::failed::Failed;

use super::open::aside;
use super::open_failed::OpenFailed;
use super::place::Place;
use super::session::Session;

/// What a database server does with what is stored in it.
#[derive(Clone, Debug)]
pub struct Examination {
    /// The version of the server.
    pub version: String,
    /// The schema in use.
    pub schema: Option<String>,
    /// Whether this connection is encrypted.
    pub encrypted: bool,
    /// Settings that may lose what was acknowledged.
    pub durability: Durability,
    /// Who has it beside this server.
    pub standbys: Standbys,
    /// What the user may do.
    pub rights: Rights,
    /// The isolation of transactions that ask for none.
    pub isolation: String,
    /// The server's clock, and when it was read by that of this machine.
    pub clock: Timestamp,
    /// Sessions that wait for a lock of another.
    pub waiting: i64,
    /// The age of the oldest transaction of anybody, as far as this user may see.
    pub oldest_transaction: Duration,
    /// What is not tidied up.
    pub leavings: Leavings,
}

/// How much of what was acknowledged a server keeps when it, or its machine, dies.
#[derive(Clone, Debug)]
pub struct Durability {
    /// Whether anything reaches the disk before it is acknowledged.
    pub fsync: bool,
    /// Whether half-written pages are mended after a crash.
    pub full_page_writes: bool,
    /// What sessions of others wait for; those of this program always wait for the disk.
    pub synchronous_commit: String,
}

/// The servers that have a copy.
#[derive(Clone, Debug)]
pub struct Standbys {
    /// Those that a COMMIT waits for (`synchronous_standby_names`); empty for none.
    pub awaited: String,
    /// How many follow at this moment, whether they are waited for or not.
    pub following: i64,
    /// Sessions of this user whose COMMIT waits for one at this moment.
    pub waiting: i64,
}

/// What the user may do beyond what is needed.
#[derive(Clone, Debug)]
pub struct Rights {
    /// Whether it may do everything on the server.
    pub superuser: bool,
    /// Attributes and roles that it does not need, separated by commas.
    pub powers: String,
    /// Whether anybody who may connect may create tables beside its own.
    pub open_schema: bool,
}

/// What vacuum has still to remove.
#[derive(Clone, Debug)]
pub struct Leavings {
    /// Whether the server tidies up by itself.
    pub autovacuum: bool,
    /// Removed rows of the outbox that still take room.
    pub dead: i64,
    /// Its rows.
    pub live: i64,
}

/// Everything in one row.
const QUESTION: &str = "SELECT current_setting('server_version') AS version, \
    current_schema()::text AS schema, \
    coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted, \
    current_setting('fsync')::bool AS fsync, \
    current_setting('full_page_writes')::bool AS full_page_writes, \
    (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit') AS synchronous_commit, \
    current_setting('synchronous_standby_names') AS awaited, \
    (SELECT count(*) FROM pg_stat_replication) AS following, \
    (SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep') AS sync_waiting, \
    current_setting('is_superuser')::bool AS superuser, \
    (SELECT concat_ws(', ', CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END, \
    CASE WHEN rolreplication THEN 'REPLICATION' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, \
    (SELECT string_agg(of.rolname, ', ' ORDER BY of.rolname) FROM pg_roles of WHERE of.rolname IN \
    ('pg_execute_server_program', 'pg_read_all_data', 'pg_read_server_files', 'pg_write_all_data', \
    'pg_write_server_files') AND pg_has_role(current_user, of.oid, 'MEMBER'))) \
    FROM pg_roles WHERE rolname = current_user) AS powers, \
    coalesce(has_schema_privilege('public', current_schema(), 'CREATE'), false) AS open_schema, \
    current_setting('default_transaction_isolation') AS isolation, \
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS clock, \
    (SELECT count(*) FROM pg_locks WHERE NOT granted) AS waiting, \
    coalesce((SELECT max(extract(epoch FROM clock_timestamp() - xact_start)) FROM pg_stat_activity \
    WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'), 0)::bigint AS oldest, \
    current_setting('autovacuum')::bool AS autovacuum, \
    coalesce((SELECT n_dead_tup FROM pg_stat_user_tables WHERE relid = to_regclass('outbox')), 0) AS dead, \
    coalesce((SELECT n_live_tup FROM pg_stat_user_tables WHERE relid = to_regclass('outbox')), 0) AS live";

impl Examination {
    /// Asks the server at `place`. Nothing is changed.
    pub async fn of(place: &Place) -> Result<Self, OpenFailed> {
        let place = place.clone();
        aside(move || {
            let session = Session::open(&place)?;
            let row = session.wire.wait(session.wire.client.query_one(QUESTION, &[]))?;
            Ok(Self::read(&row).map_err(Failed::from)?)
        })
        .await
    }

    fn read(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let seconds = row.try_get::<_, i64>("oldest")?;
        Ok(Self {
            version: row.try_get("version")?,
            schema: row.try_get("schema")?,
            encrypted: row.try_get("encrypted")?,
            durability: Durability {
                fsync: row.try_get("fsync")?,
                full_page_writes: row.try_get("full_page_writes")?,
                synchronous_commit: row.try_get("synchronous_commit")?,
            },
            standbys: Standbys {
                awaited: row.try_get("awaited")?,
                following: row.try_get("following")?,
                waiting: row.try_get("sync_waiting")?,
            },
            rights: Rights {
                superuser: row.try_get("superuser")?,
                powers: row.try_get("powers")?,
                open_schema: row.try_get("open_schema")?,
            },
            isolation: row.try_get("isolation")?,
            clock: Timestamp::from_millis(row.try_get("clock")?),
            waiting: row.try_get("waiting")?,
            oldest_transaction: Duration::from_secs(seconds.unsigned_abs()),
            leavings: Leavings {
                autovacuum: row.try_get("autovacuum")?,
                dead: row.try_get("dead")?,
                live: row.try_get("live")?,
            },
        })
    }
}
