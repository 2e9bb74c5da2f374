-- The tenants' own words for their messages.
CREATE TABLE templates (
    tenant     INTEGER NOT NULL REFERENCES tenants (id),
    purpose    TEXT NOT NULL,
    locale     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    text       TEXT NOT NULL,
    html       TEXT,                    -- NULL for a message of text alone
    warnings   TEXT NOT NULL,           -- JSON: what was remarkable when it was saved
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, purpose, locale)
) STRICT;
