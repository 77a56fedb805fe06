-- Row security: who audits an agency reaches what was read in its offices. Never the secret, with which entries could be tried out.
GRANT USAGE ON SCHEMA readlog TO renshi_scoped;
GRANT SELECT (no, at, read_on, reader_kind, via_kind, reader, acting_for, agent_of, reader_name, role, role_name, agency, agency_name,
    acting_for_name, agent_of_name, purpose, purpose_words, via, request, fields, subjects) ON readlog.entry TO renshi_scoped;
ALTER TABLE readlog.entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY reach ON readlog.entry USING (agency IN (SELECT scope.nodes()));
CREATE INDEX entry_agency ON readlog.entry (agency, no);
