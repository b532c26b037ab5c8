-- Takes away what a statement of an allowed kind could leave its office with. Catalogue rights belong to the
-- database: this runs again after a restore. The owner keeps them (migrations, dumps).
REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
REVOKE USAGE ON LANGUAGE sql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql, sql TO {owner};
DO $harden$
DECLARE
    taken regprocedure;
    watching boolean;
    kept text;
BEGIN
    FOR taken, watching IN
        SELECT p.oid::regprocedure, p.proname LIKE ANY ({watching}::text[])
        FROM pg_catalog.pg_proc p
        WHERE (p.pronamespace = 'pg_catalog'::regnamespace
               OR EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'))
          AND p.proname LIKE ANY ({functions}::text[] || {watching}::text[])
        ORDER BY 1
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', taken);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', taken, {owner_name});
        IF watching THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pg_monitor', taken);
        END IF;
    END LOOP;
    -- How many rows each table has is not everybody's business.
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO kept FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = 'pg_class'::regclass AND a.attnum > 0 AND a.attname <> ALL ({counts}::name[]);
    REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC;
    GRANT SELECT ON pg_catalog.pg_class TO pg_monitor, {owner};
    EXECUTE format('GRANT SELECT (%s) ON pg_catalog.pg_class TO PUBLIC', kept);
END
$harden$;
