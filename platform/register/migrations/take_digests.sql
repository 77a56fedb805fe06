-- Type 10: the digest of a record kept apart. The log speaks, so no issuer stands in it.
ALTER TABLE register.staged DROP CONSTRAINT staged_kind_check;
ALTER TABLE register.staged DROP CONSTRAINT staged_issuer_check;
ALTER TABLE register.staged ADD CONSTRAINT staged_kind_check CHECK (kind BETWEEN 1 AND 10);
ALTER TABLE register.staged ADD CONSTRAINT staged_issuer_check CHECK (issuer BETWEEN 0 AND 65535 AND (issuer = 0) = (kind = 10));
CREATE INDEX leaf_digest ON register.leaf (idx) WHERE kind = 10;
