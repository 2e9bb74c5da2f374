-- Results of hosted pages that their apps have not fetched yet, for a minute.
CREATE TABLE results (
    hash       BLOB PRIMARY KEY,        -- keyed
    tenant     INTEGER NOT NULL,
    challenge  INTEGER NOT NULL,
    recipient  BLOB NOT NULL,           -- sealed; for the receipt
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX results_expiry ON results (expires_at);
