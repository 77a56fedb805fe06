-- The register is public; on behalf of a person it is read, and leaves are staged.
GRANT USAGE ON SCHEMA register TO renshi_scoped;
GRANT SELECT ON ALL TABLES IN SCHEMA register TO renshi_scoped;
GRANT INSERT ON register.staged TO renshi_scoped;
