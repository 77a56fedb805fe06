-- What the authorities of cards say about revocation. A list is kept under its address and replaced whole, so a list that cannot be had
-- erases nothing of what was known.
CREATE TABLE access.revocation_source (
    url        text        PRIMARY KEY,
    tried_at   timestamptz NOT NULL,
    fetched_at timestamptz,
    fault      smallint
);
CREATE TABLE access.revocation_list (
    url           text        PRIMARY KEY,
    authority_key bytea       NOT NULL CHECK (length(authority_key) = 32),
    this_update   timestamptz NOT NULL,
    next_update   timestamptz NOT NULL,
    points        text[]      NOT NULL,
    digest        bytea       NOT NULL CHECK (length(digest) = 32)
);
CREATE INDEX revocation_list_authority ON access.revocation_list (authority_key);
CREATE TABLE access.revoked_card (
    authority_key bytea       NOT NULL,
    serial        bytea       NOT NULL,
    url           text        NOT NULL REFERENCES access.revocation_list ON DELETE CASCADE,
    revoked_at    timestamptz NOT NULL,
    reason        smallint    NOT NULL,
    PRIMARY KEY (authority_key, serial, url)
);
CREATE INDEX revoked_card_url ON access.revoked_card (url);
-- The newest answer about one card.
CREATE TABLE access.revocation_answer (
    authority_key bytea       NOT NULL CHECK (length(authority_key) = 32),
    serial        bytea       NOT NULL,
    status        text        NOT NULL CHECK (status IN ('good', 'revoked', 'unknown')),
    this_update   timestamptz NOT NULL,
    next_update   timestamptz NOT NULL,
    checked_at    timestamptz NOT NULL,
    PRIMARY KEY (authority_key, serial)
);
-- By what an authority names a card; known once the card has answered.
ALTER TABLE access.card
    ADD COLUMN authority     text,
    ADD COLUMN authority_key bytea CHECK (length(authority_key) = 32),
    ADD COLUMN serial        bytea;
CREATE INDEX card_serial ON access.card (authority_key, serial);
