-- Which agency registered a card and gave out a code. Another agency neither sees nor ends them, and learns nothing of them; a card without
-- an agency was registered by the operator and is the operator's to end.
ALTER TABLE access.card         ADD COLUMN agency text;
ALTER TABLE access.registration ADD COLUMN agency text;
UPDATE access.card c SET agency = (SELECT o.agency FROM access.registration r
    JOIN access.office o ON o.person = r.issued_by AND o.role = 'officer'
    WHERE r.person = c.person AND r.used_at = c.registered_at ORDER BY o.id LIMIT 1);
-- Nobody knows for which agency the codes that are open were given out; they last a week, and another is given out in a moment.
UPDATE access.registration SET withdrawn_at = now() WHERE used_at IS NULL AND withdrawn_at IS NULL;
ALTER TABLE access.registration ADD CHECK (agency IS NOT NULL OR num_nonnulls(used_at, withdrawn_at) > 0);
DROP INDEX access.registration_open;
CREATE UNIQUE INDEX registration_open ON access.registration (agency, person) WHERE used_at IS NULL AND withdrawn_at IS NULL;
