-- Since when a session goes on. Of those that were there before, it is known when they were used last.
ALTER TABLE sessions ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET began_at = seen_at;
