-- What type 8 leaves commit to, one for an order. Public, and nothing personal; served beside the log so that copies of it have them.
CREATE TABLE register.erasure (
    id          uuid  PRIMARY KEY,
    commitment  bytea NOT NULL CHECK (octet_length(commitment) = 32),
    statement   text  NOT NULL
);
CREATE INDEX leaf_erasure ON register.leaf (id) WHERE kind = 8;
GRANT SELECT, INSERT ON register.erasure TO renshi_scoped;
