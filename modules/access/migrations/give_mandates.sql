-- 服務代理人. A mandate is given by a person for topics and days; it counts once the agent has taken it up with the code.
CREATE TABLE access.mandate (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    principal      bigint      NOT NULL,
    principal_name text        NOT NULL,
    agency         text        NOT NULL,
    agent          bigint      CHECK (agent <> principal),
    agent_name     text        NOT NULL DEFAULT '',
    topics         text[]      NOT NULL,
    from_on        date        NOT NULL,
    until_on       date        NOT NULL CHECK (until_on > from_on),
    way            text        NOT NULL CHECK (way IN ('online', 'counter', 'paper')),
    -- At a counter the two documents seen, on paper where the paper is kept.
    evidence       text        NOT NULL,
    witness        bigint      CHECK (witness <> principal),
    witness_name   text        NOT NULL DEFAULT '',
    code_hash      bytea       NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    given_at       timestamptz NOT NULL,
    taken_at       timestamptz,
    -- The agent is an officer of the principal's agency.
    conflict       boolean     NOT NULL DEFAULT false,
    revoked_at     timestamptz,
    revoked_by     bigint,
    CHECK ((agent IS NULL) = (taken_at IS NULL)),
    CHECK ((way = 'online') = (witness IS NULL))
);
CREATE INDEX mandate_principal ON access.mandate (principal);
CREATE INDEX mandate_agent ON access.mandate (agent) WHERE agent IS NOT NULL;

-- What an agent did for the principal; written before it is shown or done.
CREATE TABLE access.mandate_act (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mandate   bigint      NOT NULL REFERENCES access.mandate,
    principal bigint      NOT NULL,
    agent     bigint      NOT NULL,
    topic     text        NOT NULL,
    what      text        NOT NULL,
    at        timestamptz NOT NULL
);
CREATE INDEX mandate_act_principal ON access.mandate_act (principal, at);

-- For how many people an agent may act: one row, which the operator changes. A promise of this service, not a rule of law.
CREATE TABLE access.mandate_limit (
    is_one         boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    principals_max bigint  NOT NULL CHECK (principals_max BETWEEN 1 AND 1000)
);
INSERT INTO access.mandate_limit (principals_max) VALUES (20);

GRANT SELECT, INSERT, UPDATE ON access.mandate TO renshi_scoped;
GRANT SELECT, INSERT ON access.mandate_act TO renshi_scoped;
ALTER TABLE access.mandate     ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.mandate_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY reach ON access.mandate USING (principal = (SELECT scope.own()) OR agent = (SELECT scope.own())
    OR agency IN (SELECT scope.nodes()));
CREATE POLICY reach ON access.mandate_act USING (principal = (SELECT scope.own()) OR agent = (SELECT scope.own()));
