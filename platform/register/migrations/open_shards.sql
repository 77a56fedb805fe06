-- One log after the other: each shard has its own tree, key, policy and witnesses. The log that was alone is the first of them.
ALTER TABLE register.log
    DROP CONSTRAINT log_pkey,
    DROP COLUMN the_only,
    ADD COLUMN shard  smallint NOT NULL DEFAULT 0 CHECK (shard >= 0),
    ADD COLUMN closed boolean  NOT NULL DEFAULT false;      -- its close leaf is there, and nothing is appended to it any more
ALTER TABLE register.log ADD PRIMARY KEY (shard);

ALTER TABLE register.leaf ADD COLUMN shard smallint NOT NULL DEFAULT 0;
ALTER TABLE register.leaf DROP CONSTRAINT leaf_pkey, ADD PRIMARY KEY (shard, idx);
DROP INDEX register.leaf_digest;
CREATE INDEX leaf_digest ON register.leaf (shard, idx) WHERE kind = 10;

ALTER TABLE register.tile ADD COLUMN shard smallint NOT NULL DEFAULT 0;
ALTER TABLE register.tile DROP CONSTRAINT tile_pkey, ADD PRIMARY KEY (shard, level, n);

ALTER TABLE register.status DROP CONSTRAINT status_pkey, DROP COLUMN the_only, ADD COLUMN shard smallint NOT NULL DEFAULT 0;
ALTER TABLE register.status ADD PRIMARY KEY (shard);

ALTER TABLE register.policy DROP CONSTRAINT policy_pkey, DROP COLUMN the_only, ADD COLUMN shard smallint NOT NULL DEFAULT 0;
ALTER TABLE register.policy ADD PRIMARY KEY (shard);

ALTER TABLE register.witness DROP CONSTRAINT witness_pkey, ADD COLUMN shard smallint NOT NULL DEFAULT 0;
ALTER TABLE register.witness ADD PRIMARY KEY (shard, vkey);

ALTER TABLE register.cosignature DROP CONSTRAINT cosignature_pkey, ADD COLUMN shard smallint NOT NULL DEFAULT 0;
ALTER TABLE register.cosignature ADD PRIMARY KEY (shard, size, vkey);

ALTER TABLE register.witnessed DROP CONSTRAINT witnessed_pkey, DROP COLUMN the_only, ADD COLUMN shard smallint NOT NULL DEFAULT 0;
ALTER TABLE register.witnessed ADD PRIMARY KEY (shard);

-- What the key events of the log itself say, as it is served.
CREATE TABLE register.key_event (
    shard       smallint NOT NULL,
    idx         bigint   NOT NULL CHECK (idx >= 0),
    statement   text     NOT NULL,
    PRIMARY KEY (shard, idx)
);
GRANT SELECT ON register.key_event TO renshi_scoped;
