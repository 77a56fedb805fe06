-- 職務代理. A duty is one row of access.office: the deputies named for it lose it with the office.
CREATE TABLE access.deputy (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office    bigint      NOT NULL REFERENCES access.office ON DELETE CASCADE,
    agency    text        NOT NULL,
    principal bigint      NOT NULL,
    person    bigint      NOT NULL CHECK (person <> principal),
    name      text        NOT NULL,
    -- 1 acts first.
    place     integer     NOT NULL CHECK (place >= 1),
    powers    text[]      NOT NULL,
    -- Codes of award results that may be approved; null is all.
    outcomes  text[],
    -- What was odd when the deputy was named, and was named all the same.
    warnings  text[]      NOT NULL,
    named_by  bigint      NOT NULL,
    named_at  timestamptz NOT NULL,
    ended_at  timestamptz
);
CREATE UNIQUE INDEX deputy_once ON access.deputy (office, person) WHERE ended_at IS NULL;
CREATE INDEX deputy_person ON access.deputy (person) WHERE ended_at IS NULL;

-- Deputising that was started by hand, for one duty. Leave starts it without a row here.
CREATE TABLE access.deputising (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office     bigint      NOT NULL REFERENCES access.office ON DELETE CASCADE,
    agency     text        NOT NULL,
    principal  bigint      NOT NULL,
    reason     text        NOT NULL,
    from_on    date        NOT NULL,
    until_on   date        CHECK (until_on > from_on),
    started_by bigint      NOT NULL,
    started_at timestamptz NOT NULL
);
CREATE INDEX deputising_office ON access.deputising (office);

-- Leave: away from the first day until (not including) the day back.
CREATE TABLE access.absence (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person     bigint      NOT NULL,
    name       text        NOT NULL,
    agency     text        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('leave', 'official', 'travel', 'training')),
    from_on    date        NOT NULL,
    until_on   date        NOT NULL CHECK (until_on > from_on),
    entered_by bigint      NOT NULL,
    entered_at timestamptz NOT NULL,
    EXCLUDE USING gist (person WITH =, daterange(from_on, until_on) WITH &&)
);

-- What was done in somebody's name. Written before the act and completed after it, so that a crash in between shows as an act whose
-- outcome is not known.
CREATE TABLE access.deputy_act (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency    text        NOT NULL,
    role      text        NOT NULL,
    principal bigint      NOT NULL,
    person    bigint      NOT NULL,
    name      text        NOT NULL,
    action    text        NOT NULL,
    path      text        NOT NULL,
    at        timestamptz NOT NULL,
    done      boolean     NOT NULL DEFAULT false,
    seen_at   timestamptz
);
CREATE INDEX deputy_act_principal ON access.deputy_act (principal, at);

-- Row security: whoever keeps an agency's deputies reaches its rows, and everybody what is about themselves.
GRANT USAGE ON SCHEMA access TO renshi_scoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON access.deputy, access.deputising, access.absence, access.deputy_act TO renshi_scoped;
ALTER TABLE access.deputy     ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.deputising ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.absence    ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.deputy_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY reach ON access.deputy USING (agency IN (SELECT scope.nodes())
    OR principal = (SELECT scope.own()) OR person = (SELECT scope.own()));
CREATE POLICY reach ON access.deputising USING (agency IN (SELECT scope.nodes()) OR principal = (SELECT scope.own()));
CREATE POLICY reach ON access.absence USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
CREATE POLICY reach ON access.deputy_act USING (principal = (SELECT scope.own()));
