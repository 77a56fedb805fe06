-- A code with which a person registers their card, given out once by the personnel office. Only digests are kept: of the code, and of the
-- code with the last digits of the person's national id, so that neither can be read here.
CREATE TABLE access.registration (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person        bigint      NOT NULL,
    holder        text        NOT NULL,
    code_hash     bytea       NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    fragment_hash bytea       NOT NULL CHECK (length(fragment_hash) = 32),
    issued_by     bigint      NOT NULL,
    issued_at     timestamptz NOT NULL,
    until_at      timestamptz NOT NULL,
    used_at       timestamptz,
    withdrawn_at  timestamptz,
    CHECK (until_at > issued_at)
);
CREATE UNIQUE INDEX registration_open ON access.registration (person) WHERE used_at IS NULL AND withdrawn_at IS NULL;
-- A good card that answered and is nobody's yet: it waits a few minutes for its code. Wrong codes are counted by card.
CREATE TABLE access.pending_card (
    fingerprint    bytea       PRIMARY KEY CHECK (length(fingerprint) = 32),
    ticket_hash    bytea       NOT NULL UNIQUE CHECK (length(ticket_hash) = 32),
    fragment_asked boolean     NOT NULL,
    fragment       text,
    seen_at        timestamptz NOT NULL,
    wrong          integer     NOT NULL DEFAULT 0,
    wrong_since    timestamptz
);
