CREATE SCHEMA orders;
-- What an agency prints on its papers, and how it delivers (電子簽章法 §5 IV: 'notice' is notice and objection).
CREATE TABLE orders.letterhead (
    agency         text PRIMARY KEY,
    name           text NOT NULL,
    word           text NOT NULL UNIQUE,
    address        text NOT NULL DEFAULT '',
    contact        text NOT NULL DEFAULT '',
    head_title     text NOT NULL DEFAULT '',
    head_name      text NOT NULL DEFAULT '',
    copies_to      text NOT NULL DEFAULT '',
    delivery_rule  text NOT NULL DEFAULT 'consent' CHECK (delivery_rule IN ('consent', 'notice')),
    objection_days integer CHECK (objection_days BETWEEN 1 AND 365),
    CHECK (delivery_rule = 'consent' OR objection_days IS NOT NULL)
);
-- The serial given last in each series; the row's lock is what makes numbers without gaps.
CREATE TABLE orders.series (
    agency   text     NOT NULL,
    word     text     NOT NULL,
    roc_year smallint NOT NULL,
    last     integer  NOT NULL DEFAULT 0,
    PRIMARY KEY (agency, word, roc_year)
);
CREATE TABLE orders.voided (
    agency    text        NOT NULL,
    word      text        NOT NULL,
    roc_year  smallint    NOT NULL,
    serial    integer     NOT NULL,
    reason    text        NOT NULL,
    voided_by bigint      NOT NULL,
    voided_at timestamptz NOT NULL,
    PRIMARY KEY (agency, word, roc_year, serial)
);
-- A batch shown to the approver: the secret from which its salts are drawn, and what the card is asked to sign.
CREATE TABLE orders.prepared (
    reference   text        PRIMARY KEY,
    secret      bytea       NOT NULL CHECK (length(secret) = 32),
    size        integer     NOT NULL,
    prepared_at timestamptz NOT NULL
);
CREATE TABLE orders.approval (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency      text        NOT NULL,
    reference   text        NOT NULL UNIQUE,
    approver    bigint      NOT NULL,
    approved_at timestamptz NOT NULL,
    cms         bytea       NOT NULL,
    roots       bytea       NOT NULL
);
CREATE TABLE orders.issued (
    id             uuid        PRIMARY KEY,
    agency         text        NOT NULL,
    issuer         integer     NOT NULL,
    family         text        NOT NULL,
    word           text        NOT NULL,
    roc_year       smallint    NOT NULL,
    serial         integer     NOT NULL,
    part           smallint    NOT NULL,
    parts          smallint    NOT NULL,
    person         bigint      NOT NULL,
    approval       bigint      NOT NULL,
    approval_index integer     NOT NULL,
    issued_on      date        NOT NULL,
    sealed_at      timestamptz NOT NULL,
    amends         uuid,
    amendment      text,
    fields         text        NOT NULL,
    masked_id      text        NOT NULL,
    salts          bytea       NOT NULL,
    view_key       bytea       NOT NULL,
    signature      bytea       NOT NULL,
    UNIQUE (agency, word, roc_year, serial, part),
    CHECK ((amends IS NULL) = (amendment IS NULL))
);
CREATE INDEX issued_person ON orders.issued (person);
CREATE INDEX issued_agency ON orders.issued (agency, sealed_at);
CREATE INDEX issued_approval ON orders.issued (approval);
CREATE INDEX issued_amends ON orders.issued (amends) WHERE amends IS NOT NULL;
-- Consent is said for a family of orders and counts from a day on, never backwards. Rows are only added.
CREATE TABLE orders.consent (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person      bigint      NOT NULL,
    family      text        NOT NULL,
    choice      text        NOT NULL CHECK (choice IN ('agreed', 'stopped')),
    from_on     date        NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX consent_person ON orders.consent (person, family);
-- A notice under 電子簽章法 §5 IV: whoever does not object by the day named is presumed to agree.
CREATE TABLE orders.notice (
    person       bigint      NOT NULL,
    agency       text        NOT NULL,
    family       text        NOT NULL,
    sent_at      timestamptz NOT NULL,
    object_until date        NOT NULL,
    PRIMARY KEY (person, agency, family)
);
CREATE TABLE orders.delivery (
    order_id   uuid        PRIMARY KEY,
    agency     text        NOT NULL,
    person     bigint      NOT NULL,
    channel    text        NOT NULL CHECK (channel IN ('inbox', 'paper')),
    email      text,
    entered_at timestamptz,
    opened_at  timestamptz,
    printed_at timestamptz,
    served_on  date,
    receiver   text
);
CREATE INDEX delivery_due ON orders.delivery (order_id) WHERE channel = 'inbox' AND entered_at IS NULL;
CREATE INDEX delivery_paper ON orders.delivery (agency) WHERE channel = 'paper' AND served_on IS NULL;
-- Mail on its way out. The code proves a mail genuine when typed in the portal; the address is gone once the mail is.
CREATE TABLE orders.mail (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text        NOT NULL UNIQUE,
    person     bigint      NOT NULL,
    order_id   uuid,
    address    text,
    subject    text        NOT NULL,
    body       text        NOT NULL,
    queued_at  timestamptz NOT NULL,
    sent_at    timestamptz
);
CREATE INDEX mail_waiting ON orders.mail (id) WHERE sent_at IS NULL;
