-- Offices that one person gave alone where two could have: who got what, when and why. What is here stays, whatever becomes of the office.
CREATE TABLE access.emergency (
    id                bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person            bigint      NOT NULL,
    person_name       text        NOT NULL CHECK (length(person_name) BETWEEN 1 AND 200),
    role              text        NOT NULL CHECK (role IN ('officer', 'secretary', 'head', 'security', 'analyst', 'auditor', 'operator')),
    agency            text        NOT NULL,
    with_subordinates boolean     NOT NULL,
    reason            text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    given_at          timestamptz NOT NULL
);
CREATE INDEX emergency_agency ON access.emergency (agency, given_at);

CREATE FUNCTION access.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was given in an emergency stays on record' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER emergency_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON access.emergency EXECUTE FUNCTION access.refuse_change();
ALTER TABLE access.emergency ENABLE ALWAYS TRIGGER emergency_stays;

GRANT SELECT ON access.emergency TO renshi_scoped;
ALTER TABLE access.emergency ENABLE ROW LEVEL SECURITY;
CREATE POLICY reach ON access.emergency USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
