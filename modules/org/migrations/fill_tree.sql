-- The tree of row security, from the agencies on file; from now on each edition writes it (`ops/import.rs`).
INSERT INTO scope.below (above, node)
    WITH RECURSIVE up (node, above) AS (
        SELECT code, code FROM org.agency
        UNION
        SELECT up.node, p.code FROM up JOIN org.agency a ON a.code = up.above JOIN org.agency p ON p.code = a.parent_code)
    SELECT above, node FROM up;
-- The list of agencies is published; whoever works with it may read it.
GRANT USAGE ON SCHEMA org TO renshi_scoped;
GRANT SELECT ON ALL TABLES IN SCHEMA org TO renshi_scoped;
REVOKE SELECT ON org.upload FROM renshi_scoped;
