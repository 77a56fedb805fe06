-- What the platform promises, not the law: working days to answer a question about a look.
CREATE TABLE readlog.promise (
    the_only    boolean PRIMARY KEY DEFAULT true CHECK (the_only),
    answer_days integer NOT NULL CHECK (answer_days BETWEEN 1 AND 60)
);
INSERT INTO readlog.promise (answer_days) VALUES (10);

-- 詢問原因: a person asks why somebody looked; the agency of the reader answers.
CREATE TABLE readlog.question (
    no               bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- No foreign key: its check would need a right on the entries that nobody has.
    entry            bigint      NOT NULL,
    person           bigint      NOT NULL,
    agency           text        NOT NULL,
    asked_at         timestamptz NOT NULL,
    words            text        NOT NULL CHECK (length(words) <= 1000),
    due_on           date        NOT NULL,
    calendar_known   boolean     NOT NULL,
    reminded_at      timestamptz,
    answered_at      timestamptz,
    answered_by      bigint,
    answered_by_name text,
    answered_as      text,
    answer           text        CHECK (length(answer) BETWEEN 1 AND 2000),
    UNIQUE (entry, person),
    CHECK (num_nulls(answered_at, answered_by, answered_by_name, answered_as, answer) IN (0, 5))
);
CREATE INDEX question_open ON readlog.question (agency, due_on) WHERE answered_at IS NULL;
CREATE INDEX question_person ON readlog.question (person);
