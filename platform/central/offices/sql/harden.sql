-- Takes away what a statement of an allowed kind could leave its office with. Catalogue rights belong to the
-- database: this runs again after a restore. The owner keeps them (migrations, dumps).
REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
REVOKE USAGE ON LANGUAGE sql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql, sql TO {owner};
DO $harden$
DECLARE
    taken regprocedure;
BEGIN
    FOR taken IN
        SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace
          AND p.proname = ANY ({functions}::name[])
        ORDER BY 1
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', taken);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', taken, {owner_name});
    END LOOP;
END
$harden$;
