-- Moments are milliseconds since the Unix epoch. Identities grow with time, so that rows are
-- appended; what must be found otherwise has one narrow index.

PRAGMA application_id = 0x4f74704d;    -- OtpM

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Sub-keys, each sealed under the master key.
CREATE TABLE keyring (
    purpose     TEXT NOT NULL,
    version     INTEGER NOT NULL,
    wrapped     BLOB NOT NULL,
    made_at     INTEGER NOT NULL,
    active_from INTEGER NOT NULL,       -- in use from then on, until a later version is
    PRIMARY KEY (purpose, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
    id         INTEGER PRIMARY KEY,
    handle     TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    status     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sandbox_of INTEGER UNIQUE REFERENCES tenants (id),
    settings   TEXT NOT NULL,           -- JSON: what the tenant has decided for itself
    revision   INTEGER NOT NULL,        -- grows with every change of the row and of its templates
    smtp       BLOB,                    -- sealed; a sandbox has none
    limits     TEXT                     -- JSON: the operator's for this tenant and its sandbox, which has none here
) STRICT;

-- The pages that may call for a tenant, as its settings have them: to be found by origin.
CREATE TABLE origins (
    origin TEXT NOT NULL,
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    PRIMARY KEY (origin, tenant)
) STRICT, WITHOUT ROWID;
CREATE INDEX origins_tenant ON origins (tenant);

CREATE TABLE secret_keys (
    id         INTEGER PRIMARY KEY,     -- in the order in which they were made
    hash       BLOB NOT NULL UNIQUE,     -- keyed; as in all of them that are looked up, its first
                                        -- byte is the version of the key
    handle     TEXT NOT NULL UNIQUE,
    tenant     INTEGER NOT NULL REFERENCES tenants (id),
    name       TEXT NOT NULL,           -- a key that is rotated hands it on
    scopes     TEXT NOT NULL,           -- words, each followed by a space
    hint       TEXT NOT NULL,           -- the last four characters
    created_at INTEGER NOT NULL,
    expires_at INTEGER                  -- set when a newer key takes over
) STRICT;
CREATE INDEX secret_keys_tenant ON secret_keys (tenant);

CREATE TABLE challenges (
    id             INTEGER PRIMARY KEY,
    tenant         INTEGER NOT NULL,
    purpose        TEXT NOT NULL,
    channel        TEXT NOT NULL,
    recipient      BLOB,                -- keyed index; erased at the end
    recipient_hint TEXT NOT NULL,       -- masked
    code_key       INTEGER NOT NULL,    -- version of the key that made code_hash
    code_hash      BLOB,                -- keyed; erased at the end
    payload        BLOB,                -- sealed message; erased at the end
    status         TEXT NOT NULL,
    attempts       INTEGER NOT NULL,
    max_attempts   INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    sends          INTEGER NOT NULL,
    resend_at      INTEGER,             -- NULL when nothing may be sent any more
    max_sends      INTEGER NOT NULL,
    details        TEXT,                -- JSON; what the tenant attached
    own_failures   TEXT,                -- the tenant's own limit of wrong codes, as it was at minting
    delivery       TEXT,                -- NULL when the tenant delivers by itself
    delivery_at    INTEGER,
    delivery_error TEXT,
    cell           INTEGER NOT NULL     -- where it counts in `statistics`
) STRICT;
CREATE INDEX challenges_expiry ON challenges (expires_at);

-- What is still to be delivered. `due_at` is NULL while the running process holds the delivery,
-- so that the index has only what waits for a retry and minting never touches it.
CREATE TABLE outbox (
    challenge INTEGER PRIMARY KEY,
    tries     INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    due_at    INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at) WHERE due_at IS NOT NULL;

-- The last few sends to each recipient: eight bytes each, oldest first.
CREATE TABLE recipient_sends (
    tenant    INTEGER NOT NULL,
    recipient BLOB NOT NULL,
    times     BLOB NOT NULL,
    latest    BLOB NOT NULL,            -- its latest challenges: eight bytes each, oldest first
    PRIMARY KEY (tenant, recipient)
) STRICT, WITHOUT ROWID;

-- Only recipients for whom a wrong code was given.
CREATE TABLE recipient_failures (
    tenant    INTEGER NOT NULL,
    recipient BLOB NOT NULL,
    times     BLOB NOT NULL,
    in_a_row  INTEGER NOT NULL,
    PRIMARY KEY (tenant, recipient)
) STRICT, WITHOUT ROWID;

-- Recipients whose counters were found under a former key and moved to the present one: a challenge
-- from before still names the former. For a day, which is longer than any challenge.
CREATE TABLE recipient_moves (
    tenant  INTEGER NOT NULL,
    former  BLOB NOT NULL,
    present BLOB NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, former)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipient_moves_at ON recipient_moves (at);

CREATE TABLE audit (
    id        INTEGER PRIMARY KEY,      -- the moment, and a sequence in its low bits
    tenant    INTEGER,
    event     TEXT NOT NULL,
    challenge INTEGER,
    recipient TEXT,                     -- masked
    origin    TEXT                      -- the client's address
) STRICT;
