-- A mandate given before an officer shows what the officer's agency holds, until the principal has confirmed it with the card; neither the
-- officer who saw it given nor another officer of that agency takes it up. Those that were, are over.
ALTER TABLE access.mandate
    -- For how many days it was given, which is how long it is renewed for.
    ADD COLUMN days         integer,
    ADD COLUMN confirmed_at timestamptz CHECK (way <> 'online' AND agent IS NOT NULL OR confirmed_at IS NULL);
UPDATE access.mandate SET days = least(until_on - from_on, 366);
ALTER TABLE access.mandate ALTER COLUMN days SET NOT NULL, ADD CHECK (days >= 1);
UPDATE access.mandate SET revoked_at = now() WHERE revoked_at IS NULL AND witness IS NOT NULL AND (agent = witness OR conflict);
ALTER TABLE access.mandate
    ADD CONSTRAINT agent_is_not_witness CHECK (agent <> witness) NOT VALID,
    ADD CONSTRAINT witnessed_without_conflict CHECK (witness IS NULL OR NOT conflict) NOT VALID;
