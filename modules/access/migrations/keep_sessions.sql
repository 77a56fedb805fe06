-- A session is opened by a card, the government portal or a passkey. Its token changes while it lasts, so tokens have their own table.
ALTER TABLE access.session
    ADD COLUMN id        bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN method    text   NOT NULL DEFAULT 'card' CHECK (method IN ('card', 'portal', 'passkey')),
    ADD COLUMN holder    text,
    ADD COLUMN device    text   NOT NULL DEFAULT '',
    ADD COLUMN address   text   NOT NULL DEFAULT '',
    ADD COLUMN ended_why text   CHECK (ended_why IN ('signed_out', 'ended', 'card_ended', 'reused')),
    ALTER COLUMN fingerprint DROP NOT NULL,
    DROP CONSTRAINT session_pkey;
ALTER TABLE access.session ADD PRIMARY KEY (id);
UPDATE access.session s SET holder = c.holder FROM access.card c WHERE c.fingerprint = s.fingerprint;
ALTER TABLE access.session
    ALTER COLUMN holder SET NOT NULL,
    ALTER COLUMN method DROP DEFAULT,
    ADD CHECK (method <> 'card' OR fingerprint IS NOT NULL);
CREATE INDEX session_person ON access.session (person);
CREATE INDEX card_person ON access.card (person);
-- What the browser holds is the token; here is its SHA-256. card_at is the last proof by card this token stands for: a token from before a
-- proof never gains by it. used_at is the first use: from then on the token before it is done with.
CREATE TABLE access.session_token (
    token_hash  bytea       PRIMARY KEY CHECK (length(token_hash) = 32),
    session     bigint      NOT NULL REFERENCES access.session ON DELETE CASCADE,
    issued_at   timestamptz NOT NULL,
    card_at     timestamptz,
    used_at     timestamptz,
    replaced_at timestamptz
);
INSERT INTO access.session_token SELECT token_hash, id, opened_at, opened_at, opened_at, NULL FROM access.session;
CREATE INDEX session_token_session ON access.session_token (session);
ALTER TABLE access.session DROP COLUMN token_hash;
-- Every attempt to get in, with the number told to whoever was refused. The person is known only where the proof itself was good.
CREATE TABLE access.attempt (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    method  text        NOT NULL CHECK (method IN ('card', 'portal', 'passkey')),
    outcome text        NOT NULL,
    person  bigint,
    device  text        NOT NULL,
    address text        NOT NULL
);
CREATE INDEX attempt_person ON access.attempt (person, at DESC);
CREATE INDEX attempt_at ON access.attempt (at);
-- How often in a row something failed, and until when it has to wait.
CREATE TABLE access.backoff (
    key       bytea       PRIMARY KEY CHECK (length(key) = 32),
    failures  integer     NOT NULL CHECK (failures > 0),
    failed_at timestamptz NOT NULL,
    until_at  timestamptz NOT NULL
);
