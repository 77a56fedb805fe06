CREATE SCHEMA register;

-- One row: the head of the log. Whoever appends holds its lock, and the update at the end compares what it saw at the start.
CREATE TABLE register.log (
    the_only    boolean PRIMARY KEY DEFAULT true CHECK (the_only),
    origin      text    NOT NULL,
    vkey        text    NOT NULL,
    size        bigint  NOT NULL CHECK (size >= 0),
    root        bytea   NOT NULL CHECK (octet_length(root) = 32),
    time_ms     bigint  NOT NULL CHECK (time_ms >= 0),
    checkpoint  text    NOT NULL
);

-- Leaves committed with the change they record and not yet in the log. Numbers become visible out of order under concurrent
-- commits; that does no harm, because the sequencer takes whatever rows it sees and removes exactly those.
CREATE TABLE register.staged (
    no          bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issuer      integer  NOT NULL CHECK (issuer BETWEEN 1 AND 65535),
    kind        smallint NOT NULL CHECK (kind BETWEEN 1 AND 9),
    id          uuid     NOT NULL,
    commitment  bytea    NOT NULL CHECK (octet_length(commitment) = 32),
    prev        bytea    CHECK (octet_length(prev) = 32),
    auth        bytea    NOT NULL CHECK (octet_length(auth) = 32)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX staged_id ON register.staged (id);

-- The log. Columns stand by alignment; NULL is 32 zero bytes, which saves their space in every type 1 leaf.
CREATE TABLE register.leaf (
    idx         bigint   PRIMARY KEY CHECK (idx >= 0),
    time_ms     bigint   NOT NULL,
    issuer      integer  NOT NULL,
    kind        smallint NOT NULL,
    id          uuid     NOT NULL,
    commitment  bytea    NOT NULL CHECK (octet_length(commitment) = 32),
    prev        bytea    CHECK (octet_length(prev) = 32),
    auth        bytea    CHECK (octet_length(auth) = 32)
);
CREATE INDEX leaf_id ON register.leaf (id);

-- Hashes in tiles of up to 256; the unfinished tile of each level is rewritten by every pass, and one of lesser width is its prefix.
CREATE TABLE register.tile (
    level   smallint NOT NULL,
    n       bigint   NOT NULL,
    hashes  bytea    NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    PRIMARY KEY (level, n)
);
-- Hashes do not compress.
ALTER TABLE register.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Key statements, numbered from 1 without a gap.
CREATE TABLE register.issuer (
    number      integer PRIMARY KEY CHECK (number BETWEEN 1 AND 65535),
    agency      text    NOT NULL,
    statement   text    NOT NULL,
    signature   bytea   NOT NULL CHECK (octet_length(signature) = 64),
    id          uuid    NOT NULL
);
CREATE INDEX issuer_agency ON register.issuer (agency);

-- The newest status snapshot: the file and the type 6 leaf that commits to it.
CREATE TABLE register.status (
    the_only    boolean PRIMARY KEY DEFAULT true CHECK (the_only),
    idx         bigint  NOT NULL,
    time_ms     bigint  NOT NULL,
    leaf_hash   bytea   NOT NULL CHECK (octet_length(leaf_hash) = 32),
    bits        bytea   NOT NULL
);
