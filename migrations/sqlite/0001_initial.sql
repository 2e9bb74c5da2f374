-- phase: expand
--
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

-- What proves operators over HTTP. All nodes share them.
CREATE TABLE operator_tokens (
    name       TEXT PRIMARY KEY,        -- `default` is the one of the settings or of operator.token
    hash       BLOB NOT NULL UNIQUE,    -- keyed, under the key of secret keys
    role       TEXT NOT NULL,           -- owner, support, read_only
    hint       TEXT NOT NULL,           -- the last four characters
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at    INTEGER                  -- to the minute
) STRICT, WITHOUT ROWID;

-- What a server has with the authority that issues its certificates (RFC 8555). All nodes share it.
CREATE TABLE acme (
    id      INTEGER PRIMARY KEY,        -- 1 the account, 2 the certificate, 3 the challenges of the order under way
    content BLOB NOT NULL               -- sealed
) STRICT;

-- ── Nodes ───────────────────────────────────────────────────────────────────────────────────────

-- The programs that write here at present. A number is a lease: it is renewed every 2 s, and taken over by
-- others when it has not been for 15 s.
CREATE TABLE nodes (
    number    INTEGER PRIMARY KEY,      -- in the identities that the node hands out, and in what it holds
    session   INTEGER NOT NULL,         -- drawn when it joined
    kind      TEXT NOT NULL,            -- server, command
    address   TEXT NOT NULL,            -- for people
    version   TEXT NOT NULL,
    knows     INTEGER,                  -- the number of the newest migration that it knows; NULL over SQLite
    lanes     INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    seen_at   INTEGER NOT NULL,         -- when it was renewed, by the node's clock
    skew      INTEGER,                  -- milliseconds by which that clock is ahead of the database's
    lag       INTEGER NOT NULL          -- milliseconds that the renewal before took
) STRICT;

-- The writing lanes of the nodes. On PostgreSQL every transaction of a lane changes the lane's row, where
-- `session` is still its own: so a node whose number was taken over writes nothing any more, and a lane that
-- lost the answer to a COMMIT learns from `tx` whether it was carried out.
CREATE TABLE writers (
    node    INTEGER NOT NULL,
    lane    INTEGER NOT NULL,
    session INTEGER NOT NULL,
    tx      INTEGER NOT NULL,
    floor   INTEGER NOT NULL,           -- of the audit trail: no transaction of the lane writes a row below this identity
    PRIMARY KEY (node, lane)
) STRICT, WITHOUT ROWID;

-- What one node at a time does.
CREATE TABLE leases (
    name   TEXT PRIMARY KEY,            -- housekeeping, migration
    holder INTEGER NOT NULL,            -- a node
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ── Tenants ─────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE tenants (
    id         INTEGER PRIMARY KEY,
    handle     TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    status     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sandbox_of INTEGER UNIQUE REFERENCES tenants (id),
    settings   TEXT NOT NULL,           -- JSON: what the tenant has decided for itself
    revision   INTEGER NOT NULL,        -- grows with every change of the row and of its templates
    routes     BLOB,                    -- sealed list; a sandbox has none
    limits     TEXT,                    -- JSON: the operator's for this tenant and its sandbox, which has none here
    suspicion  TEXT                     -- JSON: that somebody guesses at the codes of its recipients, and what is done
) STRICT;

-- Tenants that are to be deleted, and those that were: their names stay in the audit trail, and a handle is never
-- given again. So no row refers to `tenants`, and none is ever deleted.
CREATE TABLE deletions (
    tenant     INTEGER PRIMARY KEY,
    handle     TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,           -- empty when the trail has nothing of the tenant any more
    sandbox_of INTEGER,                 -- a sandbox is deleted with its tenant, and has a row afterwards
    due_at     INTEGER NOT NULL,
    begun_at   INTEGER,                 -- from then on it cannot be restored
    deleted_at INTEGER                  -- when its row of `tenants` went, which was the last one
) STRICT;
CREATE INDEX deletions_due ON deletions (due_at) WHERE deleted_at IS NULL;

-- What is kept of the OAuth logins in `tenants.routes`: a row for each, made and deleted with it.
CREATE TABLE route_logins (
    id            INTEGER PRIMARY KEY,  -- drawn for each state of a login
    tenant        INTEGER NOT NULL REFERENCES tenants (id),
    route         TEXT NOT NULL,        -- its handle
    revision      INTEGER NOT NULL,     -- grows with every change of the row
    refresh_token BLOB,                 -- sealed; what the issuer has given instead of the owner's
    refusal       TEXT,                 -- why no token is asked for
    refused_at    INTEGER
) STRICT;
CREATE INDEX route_logins_tenant ON route_logins (tenant);

-- The pages that may call for a tenant, as its settings have them: to be found by origin.
CREATE TABLE origins (
    origin TEXT NOT NULL,
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    PRIMARY KEY (origin, tenant)
) STRICT, WITHOUT ROWID;
CREATE INDEX origins_tenant ON origins (tenant);

CREATE TABLE secret_keys (
    id         INTEGER PRIMARY KEY,     -- in the order in which they were made
    hash       BLOB NOT NULL UNIQUE,    -- keyed; as in all of them that are looked up, its first
                                        -- byte is the version of the key
    handle     TEXT NOT NULL UNIQUE,
    tenant     INTEGER NOT NULL REFERENCES tenants (id),
    name       TEXT NOT NULL,           -- a key that is rotated hands it on
    scopes     TEXT NOT NULL,           -- words, each followed by a space
    hint       TEXT NOT NULL,           -- the last four characters
    created_at INTEGER NOT NULL,
    expires_at INTEGER,                 -- chosen by its owner, or set when a newer key takes over
    warn_at    INTEGER,                 -- when its owner is to be told of the end; NULL after that
    networks   TEXT,                    -- from where it may be used: words; NULL for everywhere
    replaced_at  INTEGER,               -- when a newer key took over
    last_used_at INTEGER,               -- some minutes may be missing
    refused_at   INTEGER,               -- when a use from elsewhere was last noted
    revision   INTEGER NOT NULL DEFAULT 0 -- grows with every change of the row
) STRICT;
CREATE INDEX secret_keys_tenant ON secret_keys (tenant);
CREATE INDEX secret_keys_warnings ON secret_keys (warn_at) WHERE warn_at IS NOT NULL;
CREATE INDEX secret_keys_ends ON secret_keys (expires_at) WHERE expires_at IS NOT NULL;

-- The tenants' own words for their messages.
CREATE TABLE templates (
    tenant     INTEGER NOT NULL REFERENCES tenants (id),
    purpose    TEXT NOT NULL,
    locale     TEXT NOT NULL,
    medium     TEXT NOT NULL,           -- email, text, voice
    subject    TEXT NOT NULL,           -- of a mail
    text       TEXT NOT NULL,
    html       TEXT,                    -- NULL for a message of text alone
    warnings   TEXT NOT NULL,           -- JSON: what was remarkable when it was saved
    updated_at INTEGER NOT NULL,
    revision   INTEGER NOT NULL,        -- drawn for each state
    PRIMARY KEY (tenant, purpose, locale, medium)
) STRICT;

-- What the pages of tenants show beside their names. Which one is shown is in the settings.
CREATE TABLE logos (
    tenant  INTEGER PRIMARY KEY REFERENCES tenants (id),
    name    TEXT NOT NULL,              -- of the content: the address of a page's picture ends in it
    content BLOB NOT NULL
) STRICT;
CREATE INDEX logos_name ON logos (name);

-- What sandboxes would have sent, for a day.
CREATE TABLE sandbox_mails (
    id        INTEGER PRIMARY KEY,
    tenant    INTEGER NOT NULL,         -- the sandbox
    challenge INTEGER NOT NULL,
    recipient BLOB NOT NULL,            -- keyed index
    at        INTEGER NOT NULL,
    content   BLOB NOT NULL             -- sealed
) STRICT;
CREATE INDEX sandbox_mails_tenant ON sandbox_mails (tenant);
CREATE INDEX sandbox_mails_at ON sandbox_mails (at);

-- ── Challenges ──────────────────────────────────────────────────────────────────────────────────

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
    cell           INTEGER NOT NULL,    -- where it counts: a row of `cells`
    bound_channel  TEXT,                -- of the hash, where the code has moved to another channel
    fallback       TEXT,                -- the channels that follow: words such as `sms@30`, in seconds
    trace          BLOB,                -- of a phone number: country, last four digits and keyed hashes;
                                        -- erased at the end
    country        BLOB,                -- of a phone number: its letters
    mailbox        BLOB,                -- keyed index of the recipient over all tenants; erased at the end
    spelling       BLOB,                -- keyed index of the address, where it is counted under another form
    space          INTEGER NOT NULL     -- how many codes its own was drawn from; 0 without one
) STRICT;
CREATE INDEX challenges_expiry ON challenges (expires_at);

-- What is counted for each recipient, within each tenant and over all of them (tenant 0): eight bytes for each moment, oldest first.
CREATE TABLE recipients (
    tenant    INTEGER NOT NULL,
    recipient BLOB NOT NULL,            -- keyed index
    sends     BLOB NOT NULL,            -- the last few messages
    latest    BLOB NOT NULL,            -- the latest challenges: eight bytes each, oldest first
    failures  BLOB NOT NULL,            -- the last few wrong answers
    in_a_row  INTEGER NOT NULL,         -- wrong answers since the last right one
    reserve   BLOB NOT NULL,            -- the last few wrong answers that trusted devices have of their own
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

-- Wrong answers to the challenges that a tenant has minted in an hour, against guesses at the codes of very many
-- recipients. Each lane counts in rows of its own, so that none waits for another; the number is the sum over them.
CREATE TABLE guesses (
    tenant     INTEGER NOT NULL,
    hour       INTEGER NOT NULL,        -- hours since the epoch
    lane       INTEGER NOT NULL,
    exhausted  INTEGER NOT NULL,
    wrong      INTEGER NOT NULL,        -- answers
    explained  INTEGER NOT NULL,        -- those whose challenge was verified afterwards
    recipients INTEGER NOT NULL,        -- for whom the first wrong answer of a day came
    luck       INTEGER NOT NULL,        -- trillionths of an account that the unexplained ones were expected to open
    PRIMARY KEY (tenant, hour, lane)
) STRICT, WITHOUT ROWID;
CREATE INDEX guesses_hour ON guesses (hour);

-- What is counted against toll fraud for each range of phone numbers, and for each end user: twelve bytes
-- for each message, oldest first. Of a number there are its last four digits.
CREATE TABLE phone_trails (
    tenant INTEGER NOT NULL,
    key    BLOB NOT NULL,               -- keyed hash of the number less its last four digits, or of the network
    steps  BLOB NOT NULL,
    day    INTEGER NOT NULL,            -- of the latest message
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_trails_day ON phone_trails (day);

-- The same for each country of a tenant, for all of them (three spaces), for the calls to all
-- of them (`(v)`), and for the server (tenant 0).
CREATE TABLE phone_tallies (
    tenant  INTEGER NOT NULL,
    country BLOB NOT NULL,              -- letters, or one of the marks above
    sends   BLOB NOT NULL,              -- sent and verified, by five minutes, hour and day
    day     INTEGER NOT NULL,           -- of the latest message
    PRIMARY KEY (tenant, country)
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_tallies_day ON phone_tallies (day);

-- What the rules have refused, or would have: for its tenant to look at and to clear.
CREATE TABLE phone_blocks (
    tenant  INTEGER NOT NULL,
    rule    TEXT NOT NULL,
    key     BLOB NOT NULL,              -- of `phone_trails`, or the letters of a country
    subject TEXT NOT NULL,              -- a number less its last six digits, a network, or a country
    refuses INTEGER NOT NULL,           -- 0 if it is only recorded
    since   INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    refused INTEGER NOT NULL,           -- messages
    PRIMARY KEY (tenant, rule, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_blocks_until ON phone_blocks (until);

-- Requests that came with an Idempotency-Key and changed something, for a day.
CREATE TABLE idempotency (
    tenant        INTEGER NOT NULL,
    key           BLOB NOT NULL,        -- keyed; of the route and the caller's key
    fingerprint   BLOB NOT NULL,        -- keyed; of the path and the body
    at            INTEGER NOT NULL,
    outcome       TEXT NOT NULL,
    challenge     INTEGER,
    name          TEXT,                 -- of what it is about otherwise
    remaining     INTEGER,              -- attempts, after a wrong answer
    response      BLOB,                 -- sealed; written after the outcome
    receipt       BLOB,                 -- sealed; a receipt or a secret, erased when it is no longer repeated
    receipt_until INTEGER,
    holder        INTEGER,              -- the node that has not kept its response yet
    held_until    INTEGER,              -- for so long others wait for it
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);
CREATE INDEX idempotency_receipts ON idempotency (receipt_until) WHERE receipt IS NOT NULL;

-- Results of hosted pages that their apps have not fetched yet, for a minute.
CREATE TABLE results (
    hash       BLOB PRIMARY KEY,        -- keyed
    tenant     INTEGER NOT NULL,
    challenge  INTEGER NOT NULL,
    recipient  BLOB NOT NULL,           -- sealed; for the receipt
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX results_expiry ON results (expires_at);

-- ── Deliveries ──────────────────────────────────────────────────────────────────────────────────

-- What is still to be delivered. `due_at` is NULL while a message is being sent, so that the index has
-- only what waits for a retry, by tenant: what one has waiting is passed over at once while it has no
-- place to be sent. Minting never touches the index.
CREATE TABLE outbox (
    challenge INTEGER PRIMARY KEY,
    tenant    INTEGER NOT NULL,         -- its challenge's
    holder    INTEGER,                  -- the node that sends it; NULL for nobody
    tries     INTEGER NOT NULL,         -- that have failed
    unconfirmed INTEGER NOT NULL,       -- of them, or cut off: those after which the message may have left
    log       TEXT,                     -- when and why: words such as `1795334400000:timed_out`
    queued_at INTEGER NOT NULL,
    due_at    INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (tenant, due_at) WHERE due_at IS NOT NULL;

-- Challenges whose code follows over their next channel, unless it arrives before.
CREATE TABLE fallbacks (
    challenge INTEGER PRIMARY KEY,
    tenant    INTEGER NOT NULL,
    due_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX fallbacks_due ON fallbacks (due_at);

-- What became of each message, written when that is known; kept longer than its challenge.
CREATE TABLE deliveries (
    challenge      INTEGER NOT NULL,
    message        INTEGER NOT NULL,    -- of the challenge, from 1
    tenant         INTEGER NOT NULL,
    recipient      BLOB,                -- keyed index
    recipient_hint TEXT NOT NULL,       -- masked
    country        BLOB,                -- of a phone number: its letters
    purpose        TEXT NOT NULL,       -- of the challenge
    channel        TEXT NOT NULL,
    queued_at      INTEGER NOT NULL,
    tries          INTEGER NOT NULL,    -- that failed before the last one
    log            TEXT,                -- when and why, as in `outbox`
    status         TEXT NOT NULL,
    at             INTEGER NOT NULL,
    error          TEXT,
    word           TEXT,                -- the channel's own for the error, where it has a finer one
    route          TEXT,                -- the handle of the last route that was tried
    reply          TEXT,                -- the class of what its server answered, such as `5xx`
    reply_status   TEXT,                -- the status that came with it: enhanced, such as `5.1.1`, or the provider's number
    provider_id    TEXT,                -- what the provider calls the message
    PRIMARY KEY (challenge, message)
) STRICT, WITHOUT ROWID;
-- What was sent to one recipient, newest first.
CREATE INDEX deliveries_recipient ON deliveries (tenant, recipient, challenge);
CREATE INDEX deliveries_provider_id ON deliveries (provider_id) WHERE provider_id IS NOT NULL;

-- ── Webhooks ────────────────────────────────────────────────────────────────────────────────────

-- Where tenants are told of events. What is still to be sent is a queue for each endpoint, so that
-- one that does not answer holds up no other. An event does not touch these rows.
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
    holder        INTEGER,              -- the node that is sending to it; NULL for nobody
    failing_since INTEGER,              -- the first failure after the last success
    paused_until  INTEGER,              -- while it fails
    revision      INTEGER NOT NULL DEFAULT 0 -- grows with every change by its tenant
) STRICT;
CREATE INDEX webhooks_tenant ON webhooks (tenant);

-- Events and what came of telling them; kept for a while after their end.
CREATE TABLE webhook_deliveries (
    webhook     INTEGER NOT NULL,
    event       INTEGER NOT NULL,       -- the moment, the node, and a sequence of the tenant's own
    tenant      INTEGER NOT NULL,       -- its webhook's, which may be gone
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
    trace_context TEXT,                 -- traceparent: where it happened, if that trace is recorded
    PRIMARY KEY (webhook, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_status ON webhook_deliveries (webhook, status, event);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;

-- ── Factors ─────────────────────────────────────────────────────────────────────────────────────

-- Authenticator apps of the users of tenants.
CREATE TABLE factors (
    id           INTEGER PRIMARY KEY,
    handle       TEXT NOT NULL UNIQUE,
    tenant       INTEGER NOT NULL REFERENCES tenants (id),
    identity     BLOB NOT NULL,         -- keyed index of whom it belongs to
    algorithm    TEXT NOT NULL,
    digits       INTEGER NOT NULL,
    period       INTEGER NOT NULL,      -- seconds
    secret       BLOB NOT NULL,         -- sealed; with the identity
    created_at   INTEGER NOT NULL,
    confirmed_at INTEGER,               -- NULL until the first right code
    used_at      INTEGER,
    last_step    INTEGER NOT NULL,      -- the last one whose code was accepted
    in_a_row     INTEGER NOT NULL,      -- wrong answers since the last right one
    paused_until INTEGER,
    revision     INTEGER NOT NULL DEFAULT 0 -- grows when it is confirmed or gets new recovery codes
) STRICT;
CREATE INDEX factors_identity ON factors (tenant, identity);
CREATE INDEX factors_unconfirmed ON factors (created_at) WHERE confirmed_at IS NULL;

-- The codes for users who have lost their app; each is deleted when it is used.
CREATE TABLE recovery_codes (
    id     INTEGER PRIMARY KEY,
    factor INTEGER NOT NULL,
    tenant INTEGER NOT NULL,            -- its factor's
    hash   BLOB NOT NULL                -- keyed
) STRICT;
CREATE UNIQUE INDEX recovery_codes_hash ON recovery_codes (factor, hash);

-- Results of the pages of factors that their apps have not fetched yet, for a quarter of an hour.
CREATE TABLE factor_results (
    hash       BLOB PRIMARY KEY,        -- keyed
    tenant     INTEGER NOT NULL,
    factor     TEXT NOT NULL,           -- its handle
    step       INTEGER NOT NULL,        -- of the code that confirmed it
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX factor_results_expiry ON factor_results (expires_at);

-- ── Hooks ───────────────────────────────────────────────────────────────────────────────────────

-- With what identity servers sign the requests by which they have codes delivered.
CREATE TABLE hooks (
    id         INTEGER PRIMARY KEY,
    tenant     INTEGER NOT NULL REFERENCES tenants (id),
    product    TEXT NOT NULL,           -- such as `supabase-sms`
    secrets    BLOB NOT NULL,           -- sealed
    hint       TEXT NOT NULL,           -- the last four characters
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX hooks_product ON hooks (tenant, product);

-- ── Looking back ────────────────────────────────────────────────────────────────────────────────

-- What challenges of one tenant, day and kind are counted together in. A challenge counts on the day
-- (UTC) on which it was minted, whatever becomes of it later. A cell never changes.
CREATE TABLE cells (
    id      INTEGER PRIMARY KEY,
    tenant  INTEGER NOT NULL,
    day     INTEGER NOT NULL,           -- days since the epoch
    purpose TEXT NOT NULL,
    channel TEXT NOT NULL,
    locale  TEXT NOT NULL,
    domain  TEXT NOT NULL               -- of the recipient
) STRICT;
CREATE UNIQUE INDEX cells_kind ON cells (tenant, day, purpose, channel, locale, domain);
CREATE INDEX cells_day ON cells (day);

-- The numbers, written in the transactions in which things happen. Each node counts in lanes of its
-- own; the number is the sum over them.
CREATE TABLE counts (
    cell    INTEGER NOT NULL,
    counter INTEGER NOT NULL,           -- what is counted: the numbers are in src/store/sql/reports/counter.rs
    lane    INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (cell, counter, lane)
) STRICT, WITHOUT ROWID;

-- The words that a tenant has used on a day: so many that each is counted apart, and no more.
CREATE TABLE cell_words (
    tenant    INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    dimension TEXT NOT NULL,
    word      TEXT NOT NULL,
    PRIMARY KEY (tenant, day, dimension, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX cell_words_day ON cell_words (day);

CREATE TABLE audit (
    id        INTEGER PRIMARY KEY,      -- the moment, the node, and a sequence in its low bits
    tenant    INTEGER,
    event     TEXT NOT NULL,
    challenge INTEGER,
    recipient TEXT,                     -- masked
    client_ip TEXT,
    actor     TEXT,                     -- who did it: the handle of a key, or words such as `operator:jane`
    object    TEXT                      -- what it was done to: a handle, or such words
) STRICT;
-- A tenant reads its own rows, newest first.
CREATE INDEX audit_tenant ON audit (tenant);

-- Each covers the rows from where the one before ends, and the one before.
CREATE TABLE audit_seals (
    number  INTEGER PRIMARY KEY,        -- from 1, without a gap
    until   INTEGER NOT NULL,           -- its rows have identities below this
    rows    INTEGER NOT NULL,
    content BLOB NOT NULL,              -- keyed digest of the rows
    digest  BLOB NOT NULL,              -- keyed digest of all that, and of the digest before
    key     INTEGER NOT NULL,           -- version of the key
    at      INTEGER NOT NULL,
    start   BLOB                        -- keyed digest: the trail begins after this one; NULL but for the first
) STRICT;

-- ── Console ─────────────────────────────────────────────────────────────────────────────────────

-- Who signs in to the console, and the sessions of those who have.
CREATE TABLE operators (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    role       TEXT NOT NULL,           -- owner, support, read_only
    password   BLOB NOT NULL,           -- argon2id, sealed
    totp       BLOB,                    -- the secret of an authenticator app, sealed
    totp_step  INTEGER NOT NULL,        -- the last one whose code was taken
    in_a_row   INTEGER NOT NULL,        -- wrong codes since the last right one, with the right password
    generation INTEGER NOT NULL,        -- grows when one of the two secrets changes
    created_at INTEGER NOT NULL,
    signed_in_at INTEGER                -- the last time
) STRICT;

CREATE TABLE sessions (
    hash       BLOB PRIMARY KEY,        -- keyed
    operator   INTEGER,                 -- either one of these,
    tenant     INTEGER,                 -- or a tenant and the key that it signed in with
    key        TEXT,
    began_at   INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    proved_at  INTEGER NOT NULL         -- when its user last gave password and code, or the key
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_ends ON sessions (ends_at);

CREATE TABLE setup_links (
    hash       BLOB PRIMARY KEY,        -- keyed
    role       TEXT NOT NULL,           -- of the account
    name       TEXT,                    -- of the account, if the link is for one
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Tries to sign in, or to prove the secrets again, that were wrong or are being checked.
CREATE TABLE sign_in_tries (
    place   BLOB PRIMARY KEY,           -- of a name, an address, a device or a session: keyed, so there are few
    moments BLOB NOT NULL,              -- eight bytes each
    ends_at INTEGER NOT NULL            -- when the row matters no more
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_tries_ends ON sign_in_tries (ends_at);
