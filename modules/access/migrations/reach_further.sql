-- More roles, and offices that reach an agency with all below it.
ALTER TABLE access.office DROP CONSTRAINT office_role_check;
ALTER TABLE access.office ADD CONSTRAINT office_role_check
    CHECK (role IN ('officer', 'secretary', 'head', 'security', 'analyst', 'auditor', 'partner', 'operator'));
ALTER TABLE access.office ADD COLUMN with_subordinates boolean NOT NULL DEFAULT false;
DROP INDEX access.office_once;
-- Two offices of the same kind never count on the same day.
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE access.office ADD CONSTRAINT office_once EXCLUDE USING gist
    (person WITH =, agency WITH =, role WITH =, daterange(from_on, until_on) WITH &&);
