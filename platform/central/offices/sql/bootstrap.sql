-- The superuser's part, once a database, as the database's superuser and in that database.
-- {owner} migrates and makes offices; {app} is the login of web and worker and owns nothing.
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {app};
ALTER SCHEMA public OWNER TO {owner};
REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- Django would call set_config, which harden.sql takes away, for a login with another time zone.
ALTER ROLE {app} SET search_path = public;
ALTER ROLE {app} SET timezone = 'UTC';
ALTER ROLE {owner} SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
