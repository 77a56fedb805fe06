CREATE SCHEMA personnel;
-- Only what the first journey needs; the full record grows from here.
CREATE TABLE personnel.person (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    national_id text   NOT NULL UNIQUE,
    name        text   NOT NULL,
    sex         smallint NOT NULL CHECK (sex IN (1, 2)),
    born_on     date   NOT NULL,
    agency      text   NOT NULL,
    unit_code   text   NOT NULL DEFAULT '',
    unit        text   NOT NULL DEFAULT '',
    title       text   NOT NULL,
    grade       text   NOT NULL,
    pay_points  integer,
    arrived_on  date,
    email       text,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX person_agency ON personnel.person (agency, id);
-- A file that was read and checked, until the officer takes it or leaves it.
CREATE TABLE personnel.upload (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    officer     bigint NOT NULL,
    file_name   text   NOT NULL,
    content     bytea  NOT NULL,
    uploaded_at timestamptz NOT NULL
);
CREATE TABLE personnel.award_batch (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    officer    bigint NOT NULL,
    source     text   NOT NULL,
    taken_at   timestamptz NOT NULL,
    undone_at  timestamptz
);
CREATE TABLE personnel.award_case (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch           bigint NOT NULL REFERENCES personnel.award_batch,
    agency          text   NOT NULL,
    version         integer NOT NULL DEFAULT 1,
    state           text   NOT NULL CHECK (state IN ('draft', 'in_review', 'awaiting_head', 'issued', 'undone')),
    remark          text,
    submitted_at    timestamptz,
    route           text CHECK (route IN ('committee', 'issue_first', 'clerical')),
    committee_on    date,
    ground          text,
    numbering       text NOT NULL DEFAULT 'each' CHECK (numbering IN ('each', 'all')),
    approved_at     timestamptz,
    confirm_by      date,
    confirmed_on    date,
    confirmation    text CHECK (confirmation IN ('agreed', 'refused')),
    reminded_at     timestamptz,
    amends          uuid,
    amendment       text,
    amendment_reason text,
    known_on        date,
    effective_on    date,
    CHECK ((amends IS NULL) = (amendment IS NULL)),
    CHECK ((state = 'issued') = (approved_at IS NOT NULL)),
    CHECK (confirmation IS NULL OR confirmed_on IS NOT NULL)
);
CREATE INDEX award_case_agency ON personnel.award_case (agency, state);
CREATE INDEX award_case_batch ON personnel.award_case (batch);
CREATE UNIQUE INDEX award_case_amends ON personnel.award_case (amends) WHERE state IN ('draft', 'in_review', 'awaiting_head');
CREATE TABLE personnel.award_row (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    award_case   bigint NOT NULL REFERENCES personnel.award_case,
    line         integer NOT NULL,
    person       bigint NOT NULL REFERENCES personnel.person,
    reason       text NOT NULL,
    outcome      text NOT NULL,
    category     text NOT NULL,
    details      text NOT NULL,
    returned     text,
    order_id     uuid
);
CREATE INDEX award_row_case ON personnel.award_row (award_case, line);
CREATE INDEX award_row_person ON personnel.award_row (person);
-- What a sealed order did to the person's record (獎懲). Ended by a later order, never deleted.
CREATE TABLE personnel.award_record (
    order_id  uuid PRIMARY KEY,
    person    bigint NOT NULL REFERENCES personnel.person,
    row       bigint NOT NULL REFERENCES personnel.award_row,
    issued_on date   NOT NULL,
    ended_by  uuid,
    ended_on  date
);
CREATE INDEX award_record_person ON personnel.award_record (person);
