-- The three roles of the platform (any may run this again): bp_migrate owns the database and changes its shape,
-- bp_web serves pages and tasks, bp_opener alone reads the seals of a closed vote. Rights on tables: core/grants.py.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['bp_migrate', 'bp_web', 'bp_opener'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', name);
        END IF;
    END LOOP;
END
$$;
-- A refused statement of the voting role must not leave its text, and so a ballot, in the server's log.
ALTER ROLE bp_web SET log_min_error_statement = 'panic';
