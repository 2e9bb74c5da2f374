-- Requests that came with an Idempotency-Key and changed something, for a day.
CREATE TABLE idempotency (
    tenant        INTEGER NOT NULL,
    key           BLOB NOT NULL,        -- keyed; of the route and the caller's key
    fingerprint   BLOB NOT NULL,        -- keyed; of the path and the body
    at            INTEGER NOT NULL,
    outcome       TEXT NOT NULL,
    challenge     INTEGER,
    remaining     INTEGER,              -- attempts, after a wrong answer
    answer        BLOB,                 -- sealed; written after the outcome
    receipt       BLOB,                 -- sealed; erased when it is no longer valid
    receipt_until INTEGER,
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);
CREATE INDEX idempotency_receipts ON idempotency (receipt_until) WHERE receipt_until IS NOT NULL;
