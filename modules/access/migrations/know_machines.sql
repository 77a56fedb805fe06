-- Machines of partner systems (介接系統): a certificate stands for a system with an office of its own, from a day until a day.
CREATE TABLE access.machine (
    fingerprint       bytea       PRIMARY KEY CHECK (length(fingerprint) = 32),
    name              text        NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    agency            text        NOT NULL,
    with_subordinates boolean     NOT NULL,
    from_on           date        NOT NULL,
    until_on          date        CHECK (until_on > from_on),
    registered_at     timestamptz NOT NULL,
    ended_at          timestamptz
);
