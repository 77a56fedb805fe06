CREATE SCHEMA readlog;

-- One row for each look at the data of one or many persons: written once, in the words that were shown, never changed. What it
-- tells of (people, agencies, orders) is not referred to: the log must say the same when those have changed or are gone.
CREATE TABLE readlog.entry (
    no              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              timestamptz NOT NULL,
    -- The office day (Taipei) of `at`: the day under whose digest the entry falls.
    read_on         date        NOT NULL,
    reader_kind     smallint    NOT NULL CHECK (reader_kind BETWEEN 1 AND 5),
    via_kind        smallint    NOT NULL CHECK (via_kind BETWEEN 1 AND 5),
    reader          bigint,
    acting_for      bigint,
    agent_of        bigint,
    -- Secret: whoever has it can try out which persons an entry names.
    secret          bytea       NOT NULL CHECK (octet_length(secret) = 32),
    reader_name     text        NOT NULL CHECK (length(reader_name) BETWEEN 1 AND 200),
    role            text        NOT NULL CHECK (length(role) <= 50),
    role_name       text        NOT NULL CHECK (length(role_name) <= 100),
    agency          text        CHECK (length(agency) <= 20),
    agency_name     text        NOT NULL CHECK (length(agency_name) <= 200),
    acting_for_name text        CHECK (length(acting_for_name) BETWEEN 1 AND 200),
    agent_of_name   text        CHECK (length(agent_of_name) BETWEEN 1 AND 200),
    purpose         text        NOT NULL CHECK (length(purpose) BETWEEN 1 AND 50),
    purpose_words   text        NOT NULL CHECK (length(purpose_words) BETWEEN 1 AND 200),
    via             text        NOT NULL CHECK (length(via) BETWEEN 1 AND 200),
    request         text        NOT NULL CHECK (length(request) <= 100),
    fields          text[]      NOT NULL CHECK (cardinality(fields) BETWEEN 1 AND 200),
    -- Ascending, each once.
    subjects        bigint[]    NOT NULL CHECK (cardinality(subjects) BETWEEN 1 AND 10000)
);
CREATE INDEX entry_day ON readlog.entry (read_on, no);
-- A list of 50 persons costs one appended row here and 50 in a table of pairs; the pending list is kept short, because whoever asks
-- for the own reads goes through it.
CREATE INDEX entry_subjects ON readlog.entry USING gin (subjects) WITH (fastupdate = on, gin_pending_list_limit = 512);
ALTER TABLE readlog.entry ALTER COLUMN subjects SET STORAGE MAIN;

-- A day that is over. `fenced` keeps later entries out; the digest follows once the leaf is staged.
CREATE TABLE readlog.day (
    read_on     date        PRIMARY KEY,
    fenced_at   timestamptz NOT NULL,
    entries     bigint      CHECK (entries > 0),
    root        bytea       CHECK (octet_length(root) = 32),
    CHECK ((entries IS NULL) = (root IS NULL))
);

CREATE FUNCTION readlog.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the read log is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;

-- ALWAYS: also where a session calls itself a replica. The owner and a superuser are stopped too, unless they take the triggers away,
-- and that the digests show.
CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON readlog.entry EXECUTE FUNCTION readlog.refuse_change();
ALTER TABLE readlog.entry ENABLE ALWAYS TRIGGER entry_stays;
REVOKE UPDATE, DELETE, TRUNCATE ON readlog.entry FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON readlog.entry FROM CURRENT_USER;

-- A day is fenced once and gets its digest once.
CREATE FUNCTION readlog.refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.root IS NULL AND NEW.read_on = OLD.read_on AND NEW.fenced_at = OLD.fenced_at THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a closed day of the read log stays closed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER day_stays BEFORE UPDATE OR DELETE ON readlog.day FOR EACH ROW EXECUTE FUNCTION readlog.refuse_reopening();
ALTER TABLE readlog.day ENABLE ALWAYS TRIGGER day_stays;
CREATE TRIGGER days_stay BEFORE TRUNCATE ON readlog.day EXECUTE FUNCTION readlog.refuse_change();
ALTER TABLE readlog.day ENABLE ALWAYS TRIGGER days_stay;
