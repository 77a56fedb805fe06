-- Row security (platform/db/migrations/create_scope.sql): who works for an agency reaches its rows, a person reaches their own.
DELETE FROM orders.prepared;
ALTER TABLE orders.prepared ADD COLUMN agency text NOT NULL;

GRANT USAGE ON SCHEMA orders TO renshi_scoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA orders TO renshi_scoped;

ALTER TABLE orders.letterhead ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.series     ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.voided     ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.prepared   ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.approval   ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.issued     ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.consent    ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.notice     ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.delivery   ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.mail       ENABLE ROW LEVEL SECURITY;

CREATE POLICY reach ON orders.letterhead USING (agency IN (SELECT scope.nodes()));
CREATE POLICY reach ON orders.series     USING (agency IN (SELECT scope.nodes()));
CREATE POLICY reach ON orders.voided     USING (agency IN (SELECT scope.nodes()));
CREATE POLICY reach ON orders.prepared   USING (agency IN (SELECT scope.nodes()));
CREATE POLICY reach ON orders.issued     USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
CREATE POLICY reach ON orders.notice     USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
CREATE POLICY reach ON orders.delivery   USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
CREATE POLICY reach ON orders.approval   USING (agency IN (SELECT scope.nodes())
    OR EXISTS (SELECT FROM orders.issued i WHERE i.approval = approval.id AND i.person = (SELECT scope.own())));
CREATE POLICY reach ON orders.consent    USING (person = (SELECT scope.own()));
-- Whoever writes to somebody may not read what others wrote to them.
CREATE POLICY own   ON orders.mail FOR SELECT USING (person = (SELECT scope.own()));
CREATE POLICY queue ON orders.mail FOR INSERT WITH CHECK (true);
