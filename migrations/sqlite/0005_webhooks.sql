-- Where tenants are told of events. What is still to be sent is a queue for each endpoint, so that
-- one that does not answer holds up no other.
CREATE TABLE webhooks (
    id            INTEGER PRIMARY KEY,
    handle        TEXT NOT NULL UNIQUE,
    tenant        INTEGER NOT NULL REFERENCES tenants (id),
    url           TEXT NOT NULL,
    description   TEXT NOT NULL,
    events        INTEGER NOT NULL,     -- a bit for each kind
    enabled       INTEGER NOT NULL,
    disabled_for  TEXT,                 -- why, unless its tenant did it
    secrets       BLOB NOT NULL,        -- sealed
    created_at    INTEGER NOT NULL,
    last_event    INTEGER NOT NULL,     -- the greatest number of an event that it was told
    waiting       INTEGER NOT NULL,     -- its deliveries that have not ended
    due_at        INTEGER,              -- when the next of them is to be tried
    held          INTEGER NOT NULL,     -- the running process is sending to it
    failing_since INTEGER               -- the first failure after the last success
) STRICT;
CREATE INDEX webhooks_tenant ON webhooks (tenant);
CREATE INDEX webhooks_due ON webhooks (due_at) WHERE due_at IS NOT NULL AND held = 0;

-- Events and what came of telling them; kept for a while after their end.
CREATE TABLE webhook_deliveries (
    webhook     INTEGER NOT NULL,
    event       INTEGER NOT NULL,       -- the moment, and a sequence in its low bits
    kind        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    challenge   INTEGER,
    snapshot    TEXT,                   -- JSON: the challenge as it stood, without its key
    status      TEXT NOT NULL,
    tries       INTEGER NOT NULL,
    due_at      INTEGER,                -- NULL when it has ended
    ended_at    INTEGER,
    last_at     INTEGER,
    last_status INTEGER,                -- HTTP
    last_error  TEXT,
    PRIMARY KEY (webhook, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_status ON webhook_deliveries (webhook, status, event);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
