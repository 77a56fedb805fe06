CREATE SCHEMA access;
-- A card registered for a person at the personnel office. A person may hold several; one card belongs to one person.
CREATE TABLE access.card (
    fingerprint   bytea       PRIMARY KEY CHECK (length(fingerprint) = 32),
    person        bigint      NOT NULL,
    holder        text        NOT NULL,
    registered_at timestamptz NOT NULL,
    ended_at      timestamptz
);
-- An office held for one agency, from a day until (not including) a day.
CREATE TABLE access.office (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person   bigint NOT NULL,
    agency   text   NOT NULL,
    role     text   NOT NULL CHECK (role IN ('officer', 'secretary', 'head', 'operator')),
    from_on  date   NOT NULL,
    until_on date,
    CHECK (until_on IS NULL OR until_on > from_on)
);
CREATE INDEX office_person ON access.office (person);
CREATE UNIQUE INDEX office_once ON access.office (person, agency, role) WHERE until_on IS NULL;
CREATE TABLE access.challenge (
    nonce     bytea       PRIMARY KEY CHECK (length(nonce) = 32),
    issued_at timestamptz NOT NULL,
    used_at   timestamptz
);
CREATE TABLE access.session (
    token_hash  bytea       PRIMARY KEY CHECK (length(token_hash) = 32),
    person      bigint      NOT NULL,
    fingerprint bytea       NOT NULL REFERENCES access.card,
    opened_at   timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,
    ended_at    timestamptz
);
