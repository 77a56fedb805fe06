-- Where the person served when an office was proposed: who leaves there loses what was given through that post, and what was only proposed
-- lapses. Of older proposals the first agency counts as the post.
ALTER TABLE access.proposal ADD COLUMN post text, ADD COLUMN lapsed_at timestamptz;
UPDATE access.proposal SET post = agencies[1];
ALTER TABLE access.proposal ALTER COLUMN post SET NOT NULL, ADD CHECK (lapsed_at IS NULL OR decided_at IS NULL);
DROP INDEX access.proposal_open;
CREATE INDEX proposal_open ON access.proposal (proposed_at) WHERE decided_at IS NULL AND lapsed_at IS NULL;
CREATE INDEX proposal_post ON access.proposal (person, post);
