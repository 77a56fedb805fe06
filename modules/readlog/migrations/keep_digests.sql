-- The hashes behind the root of a closed day, 256 entries a row: an inclusion path needs no other entry, and a check can say which
-- entry is not what it was.
CREATE TABLE readlog.tile (
    read_on     date     NOT NULL REFERENCES readlog.day,
    n           integer  NOT NULL CHECK (n >= 0),
    -- Numbers of the entries, ascending, and their leaf hashes.
    entries     bigint[] NOT NULL CHECK (cardinality(entries) BETWEEN 1 AND 256),
    hashes      bytea    NOT NULL CHECK (octet_length(hashes) = 32 * cardinality(entries)),
    PRIMARY KEY (read_on, n)
);
ALTER TABLE readlog.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
CREATE TRIGGER tile_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON readlog.tile EXECUTE FUNCTION readlog.refuse_change();
ALTER TABLE readlog.tile ENABLE ALWAYS TRIGGER tile_stays;
