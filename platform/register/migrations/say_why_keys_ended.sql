-- Why the keys of the statement before were revoked, in the operator's words; none where they ended as planned.
ALTER TABLE register.issuer ADD COLUMN reason text CHECK (reason <> '');
