-- Row security (platform/db/migrations/create_scope.sql): who works for an agency reaches its people and cases, a person reaches their own.
-- Who people are (person) is reached by nobody; numbers_of is the only way there.
GRANT USAGE ON SCHEMA personnel TO renshi_scoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA personnel TO renshi_scoped;
REVOKE ALL ON personnel.person FROM renshi_scoped;

ALTER TABLE personnel.person       ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.roster       ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.upload       ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.award_batch  ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.award_case   ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.award_row    ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.award_record ENABLE ROW LEVEL SECURITY;

CREATE POLICY reach ON personnel.roster       USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
CREATE POLICY reach ON personnel.upload       USING (officer = (SELECT scope.own()));
CREATE POLICY reach ON personnel.award_case   USING (agency IN (SELECT scope.nodes()));
CREATE POLICY reach ON personnel.award_row    USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
CREATE POLICY reach ON personnel.award_record USING (agency IN (SELECT scope.nodes()) OR person = (SELECT scope.own()));
-- A policy that looks into another table sees of it only what is reached there.
CREATE POLICY reach ON personnel.award_batch  USING (officer = (SELECT scope.own())
    OR EXISTS (SELECT FROM personnel.award_case c WHERE c.batch = award_batch.id));
