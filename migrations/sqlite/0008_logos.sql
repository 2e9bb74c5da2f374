-- What the pages of tenants show beside their names. Which one is shown is in the settings.
CREATE TABLE logos (
    tenant  INTEGER PRIMARY KEY REFERENCES tenants (id),
    name    TEXT NOT NULL,              -- of the content: the address of a page's picture ends in it
    content BLOB NOT NULL
) STRICT;
CREATE INDEX logos_name ON logos (name);
