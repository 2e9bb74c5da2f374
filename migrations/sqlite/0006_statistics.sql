-- What became of the challenges of each tenant, day and kind: a few rows, written in the transactions
-- in which it happens. A challenge counts on the day (UTC) on which it was minted, whatever becomes of
-- it later; `challenges.cell` names its row here.
CREATE TABLE statistics (
    id         INTEGER PRIMARY KEY,
    tenant     INTEGER NOT NULL,
    day        INTEGER NOT NULL,           -- days since the epoch
    purpose    TEXT NOT NULL,
    channel    TEXT NOT NULL,
    locale     TEXT NOT NULL,
    domain     TEXT NOT NULL,              -- of the recipient
    minted     INTEGER NOT NULL DEFAULT 0,
    resent     INTEGER NOT NULL DEFAULT 0,
    sent       INTEGER NOT NULL DEFAULT 0, -- messages, not challenges; so with `failed`
    failed     INTEGER NOT NULL DEFAULT 0,
    mismatched INTEGER NOT NULL DEFAULT 0, -- answers
    verified   INTEGER NOT NULL DEFAULT 0,
    exhausted  INTEGER NOT NULL DEFAULT 0,
    expired    INTEGER NOT NULL DEFAULT 0,
    canceled   INTEGER NOT NULL DEFAULT 0,
    -- Challenges verified within so many seconds, and not within the step before.
    within_1   INTEGER NOT NULL DEFAULT 0,
    within_2   INTEGER NOT NULL DEFAULT 0,
    within_3   INTEGER NOT NULL DEFAULT 0,
    within_5   INTEGER NOT NULL DEFAULT 0,
    within_8   INTEGER NOT NULL DEFAULT 0,
    within_12  INTEGER NOT NULL DEFAULT 0,
    within_20  INTEGER NOT NULL DEFAULT 0,
    within_30  INTEGER NOT NULL DEFAULT 0,
    within_45  INTEGER NOT NULL DEFAULT 0,
    within_60  INTEGER NOT NULL DEFAULT 0,
    within_90  INTEGER NOT NULL DEFAULT 0,
    within_120 INTEGER NOT NULL DEFAULT 0,
    within_180 INTEGER NOT NULL DEFAULT 0,
    within_300 INTEGER NOT NULL DEFAULT 0,
    within_450 INTEGER NOT NULL DEFAULT 0,
    within_600 INTEGER NOT NULL DEFAULT 0,
    within_900 INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX statistics_cell ON statistics (tenant, day, purpose, channel, locale, domain);
CREATE INDEX statistics_day ON statistics (day);

-- The words that a tenant has used on a day: so many that each is counted apart, and no more.
CREATE TABLE statistics_words (
    tenant    INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    dimension TEXT NOT NULL,
    word      TEXT NOT NULL,
    PRIMARY KEY (tenant, day, dimension, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX statistics_words_day ON statistics_words (day);

-- A tenant reads its own rows, newest first.
CREATE INDEX audit_tenant ON audit (tenant);
