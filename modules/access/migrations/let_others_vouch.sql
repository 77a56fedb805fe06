-- Somebody went to the government portal and has not come back yet. Whoever comes back with the state is signed in or, if a person stands
-- here, linked.
CREATE TABLE access.portal_flow (
    state_hash bytea       PRIMARY KEY CHECK (length(state_hash) = 32),
    nonce      text        NOT NULL,
    verifier   text        NOT NULL,
    person     bigint,
    next       text        NOT NULL,
    begun_at   timestamptz NOT NULL,
    used_at    timestamptz
);
-- An account at the portal, as the hash of issuer and subject: neither is needed in clear to recognise it.
CREATE TABLE access.portal_account (
    account   bytea       PRIMARY KEY CHECK (length(account) = 32),
    person    bigint      NOT NULL,
    holder    text        NOT NULL,
    linked_at timestamptz NOT NULL,
    used_at   timestamptz
);
CREATE INDEX portal_account_person ON access.portal_account (person);
-- The name under which a person's devices keep their passkeys; it says nothing about the person.
CREATE TABLE access.passkey_user (
    person bigint PRIMARY KEY,
    handle uuid   NOT NULL UNIQUE
);
CREATE TABLE access.passkey (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person        bigint      NOT NULL,
    holder        text        NOT NULL,
    label         text        NOT NULL,
    credential_id bytea       NOT NULL UNIQUE,
    credential    text        NOT NULL,
    registered_at timestamptz NOT NULL,
    used_at       timestamptz
);
CREATE INDEX passkey_person ON access.passkey (person);
-- A device was asked and has not answered yet; with a person it is a registration.
CREATE TABLE access.passkey_ceremony (
    ticket_hash bytea       PRIMARY KEY CHECK (length(ticket_hash) = 32),
    person      bigint,
    state       text        NOT NULL,
    begun_at    timestamptz NOT NULL,
    used_at     timestamptz
);
