-- Who somebody is (person: a number and a national id) is kept apart from what an agency holds about them (roster: one entry for each
-- agency they serve at, as that agency described them). No page or list reads person, so nothing that an agency does tells it whether
-- somebody is on file elsewhere.
CREATE TABLE personnel.roster (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person      bigint NOT NULL REFERENCES personnel.person,
    agency      text   NOT NULL,
    national_id text   NOT NULL,
    name        text   NOT NULL,
    sex         smallint NOT NULL CHECK (sex IN (1, 2)),
    born_on     date   NOT NULL,
    unit_code   text   NOT NULL DEFAULT '',
    unit        text   NOT NULL DEFAULT '',
    title       text   NOT NULL,
    grade       text   NOT NULL,
    pay_points  integer,
    arrived_on  date,
    email       text,
    recorded_at timestamptz NOT NULL,
    -- First day on which the person no longer serves here; none while they do.
    left_on     date,
    -- Another agency has taken the person in since; its officer is asked whether they left here. What was taken in is not told.
    elsewhere_at timestamptz
);
INSERT INTO personnel.roster (person, agency, national_id, name, sex, born_on, unit_code, unit, title, grade, pay_points, arrived_on,
    email, recorded_at)
    SELECT id, agency, national_id, name, sex, born_on, unit_code, unit, title, grade, pay_points, arrived_on, email, recorded_at
    FROM personnel.person ORDER BY id;
CREATE UNIQUE INDEX roster_serving ON personnel.roster (agency, person) WHERE left_on IS NULL;
-- The order of the lists, so that a page of a list is read in order and not sorted.
CREATE INDEX roster_list ON personnel.roster (agency, unit_code, id) WHERE left_on IS NULL;
CREATE INDEX roster_person ON personnel.roster (person);
CREATE INDEX roster_national_id ON personnel.roster (agency, national_id) WHERE left_on IS NULL;
CREATE INDEX roster_elsewhere ON personnel.roster (agency) WHERE left_on IS NULL AND elsewhere_at IS NOT NULL;

DROP INDEX personnel.person_agency;
ALTER TABLE personnel.person DROP COLUMN name, DROP COLUMN sex, DROP COLUMN born_on, DROP COLUMN agency, DROP COLUMN unit_code,
    DROP COLUMN unit, DROP COLUMN title, DROP COLUMN grade, DROP COLUMN pay_points, DROP COLUMN arrived_on, DROP COLUMN email;

-- A person's number stands in addresses and files. Counted numbers would tell who was on file before an agency took them in, so they
-- are drawn: 52 bits, which every reader of JSON keeps exactly.
CREATE FUNCTION personnel.drawn_number() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT ('x' || left(replace(pg_catalog.gen_random_uuid()::text, '-', ''), 12) || right(pg_catalog.gen_random_uuid()::text, 1))::bit(52)::bigint
$$;
ALTER TABLE personnel.person ALTER COLUMN id DROP IDENTITY;
ALTER TABLE personnel.person ALTER COLUMN id SET DEFAULT personnel.drawn_number();

-- The numbers of people by national id; who has none gets one. The only way to this table from a scoped transaction, and it answers the same
-- for whoever is and whoever was not on file.
CREATE FUNCTION personnel.numbers_of(ids text[], at timestamptz) RETURNS TABLE (person bigint, national_id text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO personnel.person (national_id, recorded_at)
        SELECT DISTINCT wanted, at FROM unnest(ids) AS wanted ORDER BY wanted ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT p.id, p.national_id FROM personnel.person p WHERE p.national_id = ANY (ids);
END
$$;

-- An arrival marks the entries the person still has at other agencies, whoever may see those.
CREATE FUNCTION personnel.tell_of_arrival() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE personnel.roster r SET elsewhere_at = a.recorded_at FROM arrived a
        WHERE r.person = a.person AND r.agency <> a.agency AND r.left_on IS NULL AND r.elsewhere_at IS NULL AND r.id < a.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER roster_arrival AFTER INSERT ON personnel.roster REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION personnel.tell_of_arrival();

-- Whose rows and records these are, as every table with personal data says it.
ALTER TABLE personnel.award_row ADD COLUMN agency text;
UPDATE personnel.award_row r SET agency = c.agency FROM personnel.award_case c WHERE c.id = r.award_case;
ALTER TABLE personnel.award_row ALTER COLUMN agency SET NOT NULL;
ALTER TABLE personnel.award_record ADD COLUMN agency text;
UPDATE personnel.award_record a SET agency = r.agency FROM personnel.award_row r WHERE r.id = a.row;
ALTER TABLE personnel.award_record ALTER COLUMN agency SET NOT NULL;
