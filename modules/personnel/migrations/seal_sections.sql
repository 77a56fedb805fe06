-- What of a record is sensitive is sealed under a key of its own for each person and agency (platform/vault). Whoever has the tables and not
-- the key ring has nothing; whoever deletes a key has erased what it sealed, in every backup too.
CREATE TABLE personnel.person_key (
    agency   text    NOT NULL,
    person   bigint  NOT NULL REFERENCES personnel.person,
    ring_key integer NOT NULL,
    wrapped  bytea   NOT NULL,
    made_at  timestamptz NOT NULL,
    PRIMARY KEY (agency, person)
);
CREATE INDEX person_key_ring ON personnel.person_key (ring_key, agency, person);
CREATE TABLE personnel.section (
    agency     text   NOT NULL,
    person     bigint NOT NULL,
    kind       text   NOT NULL CHECK (kind IN ('contact', 'family', 'health', 'bank')),
    version    integer NOT NULL CHECK (version > 0),
    sealed     bytea  NOT NULL,
    changed_by bigint NOT NULL,
    changer    text   NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (agency, person, kind),
    FOREIGN KEY (agency, person) REFERENCES personnel.person_key (agency, person) ON DELETE CASCADE
);
CREATE INDEX section_person ON personnel.section (person);
CREATE INDEX person_key_person ON personnel.person_key (person);

GRANT SELECT, INSERT, UPDATE, DELETE ON personnel.person_key, personnel.section TO renshi_scoped;
ALTER TABLE personnel.person_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.section    ENABLE ROW LEVEL SECURITY;
CREATE POLICY reach ON personnel.person_key USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
CREATE POLICY reach ON personnel.section    USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
