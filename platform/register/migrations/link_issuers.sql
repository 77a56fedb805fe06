-- All key statements of one authority share an id: the newest replaces the one before it.
CREATE INDEX issuer_id ON register.issuer (id, number);
