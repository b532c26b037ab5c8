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
-- Nothing that a request or a task does takes longer, and a lost one must not hold its locks.
ALTER ROLE {app} SET statement_timeout = '60s';
ALTER ROLE {app} SET idle_in_transaction_session_timeout = '5min';
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
