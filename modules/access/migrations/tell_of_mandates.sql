-- The end for which the principal was told that a mandate is about to end, and that it has: whoever renews is told anew of the next one.
ALTER TABLE access.mandate ADD COLUMN told_before date, ADD COLUMN told_after date;
CREATE INDEX mandate_until ON access.mandate (until_on) WHERE agent IS NOT NULL AND revoked_at IS NULL;
