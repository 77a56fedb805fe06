-- Of what a transaction reaches, one node's rows alone:
--   scope.within  the node; without it every node counts
-- A table whose rows belong to owners and nodes says so with a restrictive policy.
CREATE FUNCTION scope.within() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('scope.within', true), '')
$$;
