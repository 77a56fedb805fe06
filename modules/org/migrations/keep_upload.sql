-- A file with an edition of the list, from its preview until somebody imports it or it grows too old.
CREATE TABLE org.upload (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person       bigint      NOT NULL,
    file_name    text        NOT NULL,
    content      bytea       NOT NULL,
    published_on date        NOT NULL,
    uploaded_at  timestamptz NOT NULL
);
