-- Row security: an agent whose mandate is limited to one agency reaches what that agency issued, and nothing of what was said about
-- delivery, which is said to all.
CREATE POLICY within ON orders.issued   AS RESTRICTIVE USING ((SELECT scope.within()) IS NULL OR agency = (SELECT scope.within()));
CREATE POLICY within ON orders.approval AS RESTRICTIVE USING ((SELECT scope.within()) IS NULL OR agency = (SELECT scope.within()));
CREATE POLICY within ON orders.delivery AS RESTRICTIVE USING ((SELECT scope.within()) IS NULL OR agency = (SELECT scope.within()));
CREATE POLICY within ON orders.notice   AS RESTRICTIVE USING ((SELECT scope.within()) IS NULL OR agency = (SELECT scope.within()));
CREATE POLICY within ON orders.consent  AS RESTRICTIVE USING ((SELECT scope.within()) IS NULL);
CREATE POLICY within ON orders.mail     AS RESTRICTIVE FOR SELECT USING ((SELECT scope.within()) IS NULL);
