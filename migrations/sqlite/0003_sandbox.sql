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
