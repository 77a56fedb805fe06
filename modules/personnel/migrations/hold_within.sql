-- Row security: an agent whose mandate is limited to one agency reaches what that agency holds.
CREATE POLICY within ON personnel.roster       AS RESTRICTIVE USING ((SELECT scope.within()) IS NULL OR agency = (SELECT scope.within()));
CREATE POLICY within ON personnel.award_row    AS RESTRICTIVE USING ((SELECT scope.within()) IS NULL OR agency = (SELECT scope.within()));
CREATE POLICY within ON personnel.award_record AS RESTRICTIVE USING ((SELECT scope.within()) IS NULL OR agency = (SELECT scope.within()));
