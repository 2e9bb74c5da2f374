-- The outbox by tenant: what one has waiting is passed over at once while it has no place to be sent.

ALTER TABLE outbox ADD COLUMN tenant INTEGER NOT NULL DEFAULT 0;    -- its challenge's
UPDATE outbox SET tenant = c.tenant FROM challenges c WHERE c.id = outbox.challenge;

DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (tenant, due_at) WHERE due_at IS NOT NULL;
