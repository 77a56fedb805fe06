-- Checkpoints that are to be held fast outside, and what each sink made of them.
CREATE SCHEMA anchor;

-- A checkpoint is due once, for whatever reason it first became so.
CREATE TABLE anchor.due (
    no          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin      text        NOT NULL,
    size        bigint      NOT NULL CHECK (size > 0),
    root        bytea       NOT NULL CHECK (octet_length(root) = 32),
    checkpoint  text        NOT NULL,
    reason      text        NOT NULL CHECK (reason IN ('daily', 'frozen', 'key', 'hand')),
    due_at      timestamptz NOT NULL,
    UNIQUE (origin, size)
);

-- One row for each due checkpoint and sink: whatever happens to it stays this one row, so no checkpoint is anchored twice in a sink.
--   due        nothing has been made yet
--   prepared   what will be sent is in `kept`, and has perhaps been sent
--   sent       it was sent, and is being looked after until it stands
--   confirmed  it stands; `evidence` says how anyone can see that
--   failed     it cannot be done; a person has to look
CREATE TABLE anchor.anchor (
    no           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    due          bigint      NOT NULL REFERENCES anchor.due,
    sink         text        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('file', 'http', 'rfc3161', 'evm')),
    state        text        NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'prepared', 'sent', 'confirmed', 'failed')),
    kept         text,
    evidence     text        CHECK ((evidence IS NOT NULL) = (state = 'confirmed')),
    place        text        CHECK ((place IS NOT NULL) = (state = 'confirmed')),
    proved_at    timestamptz CHECK ((proved_at IS NOT NULL) = (state = 'confirmed')),
    confirmed_at timestamptz CHECK ((confirmed_at IS NOT NULL) = (state = 'confirmed')),
    recheck_at   timestamptz,
    attempts     integer     NOT NULL DEFAULT 0,
    fault        text,
    next_at      timestamptz NOT NULL,
    held_until   timestamptz,
    UNIQUE (due, sink)
);
CREATE INDEX anchor_unfinished ON anchor.anchor (sink, due) WHERE state IN ('due', 'prepared', 'sent');
CREATE INDEX anchor_recheck ON anchor.anchor (sink, recheck_at) WHERE recheck_at IS NOT NULL;
