-- Each agency keeps the leave it entered; that another one has leave of the same person on file is not told by a refusal.
ALTER TABLE access.absence DROP CONSTRAINT absence_person_daterange_excl;
ALTER TABLE access.absence ADD CONSTRAINT absence_once
    EXCLUDE USING gist (person WITH =, agency WITH =, daterange(from_on, until_on) WITH &&);
