-- An office is given by two people: one proposes, another confirms, and neither is the one who receives it. What was proposed stays on
-- record, whatever became of it.
CREATE TABLE access.proposal (
    id                bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person            bigint      NOT NULL,
    person_name       text        NOT NULL CHECK (length(person_name) BETWEEN 1 AND 200),
    role              text        NOT NULL CHECK (role IN ('officer', 'secretary', 'head', 'security', 'analyst', 'auditor')),
    agencies          text[]      NOT NULL CHECK (cardinality(agencies) BETWEEN 1 AND 50),
    with_subordinates boolean     NOT NULL,
    from_on           date        NOT NULL,
    until_on          date        CHECK (until_on > from_on),
    reason            text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    proposed_by       bigint      NOT NULL CHECK (proposed_by <> person),
    proposed_by_name  text        NOT NULL,
    proposed_at       timestamptz NOT NULL,
    decided_by        bigint      CHECK (decided_by <> person AND decided_by <> proposed_by),
    decided_by_name   text,
    decided_at        timestamptz,
    confirmed         boolean,
    CHECK (num_nulls(decided_by, decided_by_name, decided_at, confirmed) IN (0, 4))
);
CREATE INDEX proposal_open ON access.proposal (proposed_at) WHERE decided_at IS NULL;
ALTER TABLE access.office ADD COLUMN proposal bigint REFERENCES access.proposal;
ALTER TABLE access.office ADD COLUMN ended_by bigint;
CREATE INDEX office_agency ON access.office (agency);

GRANT USAGE ON SCHEMA access TO renshi_scoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON access.office TO renshi_scoped;
GRANT SELECT, INSERT, UPDATE ON access.proposal TO renshi_scoped;
ALTER TABLE access.office   ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.proposal ENABLE ROW LEVEL SECURITY;
CREATE POLICY reach ON access.office USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
-- A proposal for several agencies is decided by somebody who reaches them all.
CREATE POLICY reach ON access.proposal USING (agencies <@ (SELECT array_agg(node) FROM scope.nodes() node));
