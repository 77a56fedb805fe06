CREATE SCHEMA org;

-- One import of the published list. `remarks` keeps what was odd in it, for the keeper of the list.
CREATE TABLE org.edition (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    published_on date NOT NULL,
    file_name    text NOT NULL,
    sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
    recorded_at  timestamptz NOT NULL,
    recorded_by  text NOT NULL,
    row_count    integer NOT NULL,
    added        integer NOT NULL,
    changed      integer NOT NULL,
    closed       integer NOT NULL,
    renamed      integer NOT NULL,
    missing      integer NOT NULL,
    returned     integer NOT NULL,
    remarks      text NOT NULL
);

-- Every set of values an agency ever had on file; the newest version is its present one. `valid_from` is the day the values
-- count from (the agency's own effective date for the first version, where known; then the day of the edition that brought
-- them), the edition says when they became known.
CREATE TABLE org.agency_version (
    code             text COLLATE "C" NOT NULL CHECK (code ~ '^[0-9A-Z]{10}$'),
    edition_id       bigint NOT NULL REFERENCES org.edition,
    valid_from       date,
    name             text NOT NULL,
    english_name     text,
    postal_code      text NOT NULL,
    address          text NOT NULL,
    phone            text NOT NULL,
    fax              text NOT NULL,
    parent_code      text COLLATE "C",
    effective_on     date,
    closed           boolean NOT NULL,
    closed_on        date,
    level            smallint,
    successor_code   text COLLATE "C",
    successor_name   text,
    successor_on     date,
    predecessor_code text COLLATE "C",
    predecessor_name text,
    PRIMARY KEY (code, edition_id)
);

-- Which version is the present one, and the few values the tree needs on every step. A superior need not be in the list.
CREATE TABLE org.agency (
    code             text COLLATE "C" PRIMARY KEY,
    edition_id       bigint NOT NULL,
    parent_code      text COLLATE "C",
    successor_code   text COLLATE "C",
    predecessor_code text COLLATE "C",
    missing_since_on date,
    FOREIGN KEY (code, edition_id) REFERENCES org.agency_version
);
CREATE INDEX ON org.agency (parent_code);
CREATE INDEX ON org.agency (successor_code);
CREATE INDEX ON org.agency (predecessor_code);

-- What an agency is searched by, folded as `org::fold` does; made anew with each edition.
CREATE TABLE org.agency_term (
    code text COLLATE "C" NOT NULL REFERENCES org.agency,
    kind smallint NOT NULL CHECK (kind BETWEEN 0 AND 4),
    term text COLLATE "C" NOT NULL,
    PRIMARY KEY (code, kind, term)
);

CREATE VIEW org.agency_now AS
    SELECT v.*, a.missing_since_on FROM org.agency a JOIN org.agency_version v USING (code, edition_id);
