-- What a transaction may reach (docs/architecture.md, "Row security"). The settings are made by `Db::begin` of a scoped handle and end with
-- the transaction:
--   scope.exact   nodes reached by themselves, separated by commas
--   scope.under   nodes reached with everything below them, separated by commas
--   scope.own     number of the owner whose own rows are reached
-- Without a setting nothing is reached.
CREATE SCHEMA scope;
-- Each node below (or at) each node; whoever owns the tree writes it whole.
CREATE TABLE scope.below (
    above text COLLATE "C" NOT NULL,
    node  text COLLATE "C" NOT NULL,
    PRIMARY KEY (above, node)
);
CREATE FUNCTION scope.nodes() RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 AS $$
    SELECT unnest(string_to_array(nullif(current_setting('scope.exact', true), ''), ','))
    UNION ALL
    SELECT node FROM scope.below
    WHERE above = ANY (string_to_array(nullif(current_setting('scope.under', true), ''), ','))
$$;
CREATE FUNCTION scope.own() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('scope.own', true), '')::bigint
$$;
-- The role under which scoped transactions run: it owns nothing, so row security always applies to it. Roles belong to the whole cluster;
-- another database of it may have made this one, or be making it now.
DO $$
BEGIN
    CREATE ROLE renshi_scoped NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'renshi_scoped', 'MEMBER') THEN
        EXECUTE format('GRANT renshi_scoped TO %I', current_user);
    END IF;
END
$$;
GRANT USAGE ON SCHEMA scope, outbox TO renshi_scoped;
GRANT SELECT ON scope.below TO renshi_scoped;
GRANT INSERT ON outbox.event TO renshi_scoped;
