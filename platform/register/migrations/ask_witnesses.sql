-- The policy in force (C2SP tlog-policy), as it is served: which log, which witnesses, which quorum.
CREATE TABLE register.policy (
    the_only    boolean PRIMARY KEY DEFAULT true CHECK (the_only),
    policy      text    NOT NULL
);

-- What is known of each witness. Times are seconds since 1970.
CREATE TABLE register.witness (
    vkey        text    PRIMARY KEY,
    size        bigint  NOT NULL DEFAULT 0 CHECK (size >= 0),   -- the size it told last
    signed_size bigint,                                         -- of its newest cosignature
    signed_at   bigint,                                         -- the time in it
    asked_at    bigint,
    fault       text                                            -- why the last question brought no cosignature
);

-- Cosignatures of checkpoints of this log, as lines of a signed note. Those below the newest witnessed checkpoint are dropped.
CREATE TABLE register.cosignature (
    size        bigint  NOT NULL,
    vkey        text    NOT NULL,
    at          bigint  NOT NULL,
    line        text    NOT NULL,
    PRIMARY KEY (size, vkey)
);

-- The newest checkpoint for which the policy is met, with its cosignatures.
CREATE TABLE register.witnessed (
    the_only    boolean PRIMARY KEY DEFAULT true CHECK (the_only),
    size        bigint  NOT NULL CHECK (size > 0),
    note        text    NOT NULL
);

-- Why nothing may be signed: somebody outside knows more of this log than this database, or something else.
CREATE TABLE register.refusal (
    the_only    boolean PRIMARY KEY DEFAULT true CHECK (the_only),
    at          bigint  NOT NULL,
    zh          text    NOT NULL,
    en          text    NOT NULL
);

GRANT SELECT ON register.policy, register.witness, register.cosignature, register.witnessed, register.refusal TO renshi_scoped;
