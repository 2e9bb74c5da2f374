-- Who signs in to the console, and the sessions of those who have.
CREATE TABLE operators (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    password   BLOB NOT NULL,           -- argon2id, sealed
    totp       BLOB,                    -- the secret of an authenticator app, sealed
    totp_step  INTEGER NOT NULL,        -- the last one whose code was taken
    generation INTEGER NOT NULL,        -- grows when one of the two secrets changes
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    hash       BLOB PRIMARY KEY,        -- keyed
    operator   INTEGER,                 -- either one of these,
    tenant     INTEGER,                 -- or a tenant and the key that it signed in with
    key        TEXT,
    seen_at    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_ends ON sessions (ends_at);

CREATE TABLE setup_links (
    hash       BLOB PRIMARY KEY,        -- keyed
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who did it, where it was somebody at the console.
ALTER TABLE audit ADD COLUMN operator TEXT;
