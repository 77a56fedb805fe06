-- The committee's last decision on a case stays with it, whatever happens to the case afterwards.
ALTER TABLE personnel.award_case ADD COLUMN committee_outcome text CHECK (committee_outcome IN ('agreed', 'refused'));
UPDATE personnel.award_case SET committee_outcome = 'agreed' WHERE committee_on IS NOT NULL;
ALTER TABLE personnel.award_case ADD CHECK ((committee_on IS NULL) = (committee_outcome IS NULL));
