-- Erasure: two people destroy what an order says; its number, its leaf and the proof that it was issued stay.
-- Off until the operator turns it on: the archives law (檔案法) may forbid destroying orders for decades. How long backups still hold what was
-- destroyed is the operator's to say, and there is no promise before that.
CREATE TABLE orders.erasure_rule (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    enabled     boolean NOT NULL,
    backup_days integer CHECK (backup_days BETWEEN 1 AND 3650),
    CHECK (NOT enabled OR backup_days IS NOT NULL)
);
INSERT INTO orders.erasure_rule (enabled) VALUES (false);

CREATE TABLE orders.erasure (
    id               bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id         uuid        NOT NULL,
    agency           text        NOT NULL,
    person           bigint      NOT NULL,
    basis            text        NOT NULL CHECK (length(basis) BETWEEN 1 AND 100),
    reason           text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    proposed_by      bigint      NOT NULL CHECK (proposed_by <> person),
    proposed_by_name text        NOT NULL,
    proposed_at      timestamptz NOT NULL,
    decided_by       bigint      CHECK (decided_by <> person AND decided_by <> proposed_by),
    decided_by_name  text,
    decided_at       timestamptz,
    confirmed        boolean,
    -- Until when copies of the database may still hold the content.
    backups_until    date,
    CHECK (num_nulls(decided_by, decided_by_name, decided_at, confirmed) IN (0, 4)),
    CHECK ((confirmed IS TRUE) = (backups_until IS NOT NULL))
);
-- One erasure of an order at a time, and one for ever; what was refused may be proposed again.
CREATE UNIQUE INDEX erasure_order ON orders.erasure (order_id) WHERE confirmed IS NOT FALSE;
CREATE INDEX erasure_agency ON orders.erasure (agency, proposed_at);

ALTER TABLE orders.issued ADD COLUMN erased_at timestamptz;
-- An erased order says nothing, and holds nothing that would open what somebody else kept of it.
ALTER TABLE orders.issued ADD CHECK (erased_at IS NULL
    OR (fields = '[]' AND masked_id = '' AND length(salts) = 0 AND length(view_key) = 0));

GRANT SELECT ON orders.erasure_rule TO renshi_scoped;
GRANT SELECT, INSERT, UPDATE ON orders.erasure TO renshi_scoped;
ALTER TABLE orders.erasure_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.erasure      ENABLE ROW LEVEL SECURITY;
CREATE POLICY read  ON orders.erasure_rule FOR SELECT USING (true);
CREATE POLICY reach ON orders.erasure USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
CREATE POLICY within ON orders.erasure AS RESTRICTIVE USING ((SELECT scope.within()) IS NULL OR agency = (SELECT scope.within()));
