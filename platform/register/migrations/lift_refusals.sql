-- Refusals to sign that an operator lifted because no witness was left that could, each with the reason given.
CREATE TABLE register.lifted (
    no          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    refused_at  bigint NOT NULL,
    en          text   NOT NULL,
    lifted_at   bigint NOT NULL,
    reason      text   NOT NULL CHECK (reason <> '')
);
