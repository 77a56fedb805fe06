CREATE SCHEMA outbox;
CREATE TABLE outbox.event (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    kind    text        NOT NULL,
    subject text        NOT NULL,
    payload jsonb       NOT NULL DEFAULT '{}'
);
