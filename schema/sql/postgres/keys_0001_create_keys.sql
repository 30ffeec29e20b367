-- keys_0001_create_keys.sql: keys and secrets of all servers of one log, format 1. Forward only.
-- They stand in a schema of their own, or in a database of their own: their backups are kept apart from
-- those of the log, and no longer than an erasure may take.

CREATE SCHEMA IF NOT EXISTS waymark_keys;

-- Whose log they are the keys of: with another's, everything sealed would look erased.
CREATE TABLE waymark_keys.log (
    one smallint PRIMARY KEY CHECK (one = 1),
    log_id uuid NOT NULL
);

-- An owner is a person (0) or a stream whose person is not known (1). What is erased leaves dead rows
-- behind until they are vacuumed, so that is done soon.
CREATE TABLE waymark_keys.subject_key (
    key_id uuid PRIMARY KEY,
    owner_kind smallint NOT NULL CHECK (owner_kind IN (0, 1)),
    owner uuid NOT NULL,
    bytes bytea NOT NULL CHECK (octet_length(bytes) = 32),
    UNIQUE (owner_kind, owner)
) WITH (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);

-- Secrets that every server must have alike, by name: what signs tokens, what refers to patients of files.
CREATE TABLE waymark_keys.secret (
    name text COLLATE "C" PRIMARY KEY,
    bytes bytea NOT NULL
);

-- Counts erasures. A row, and not a sequence: it is another for whoever reads it exactly when the erased
-- key is gone for them.
CREATE TABLE waymark_keys.erasures (
    one smallint PRIMARY KEY CHECK (one = 1),
    done bigint NOT NULL
);
INSERT INTO waymark_keys.erasures (one, done) VALUES (1, 0);

CREATE FUNCTION waymark_keys.count_erasure() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE waymark_keys.erasures SET done = done + 1;
    RETURN NULL;
END $$;

CREATE FUNCTION waymark_keys.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'keys and secrets are never changed or truncated'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER subject_key_erased AFTER DELETE ON waymark_keys.subject_key
    FOR EACH STATEMENT EXECUTE FUNCTION waymark_keys.count_erasure();
CREATE TRIGGER subject_key_keep BEFORE UPDATE ON waymark_keys.subject_key
    FOR EACH ROW EXECUTE FUNCTION waymark_keys.refuse_change();
CREATE TRIGGER subject_key_stay BEFORE TRUNCATE ON waymark_keys.subject_key
    FOR EACH STATEMENT EXECUTE FUNCTION waymark_keys.refuse_change();
CREATE TRIGGER secret_keep BEFORE UPDATE ON waymark_keys.secret
    FOR EACH ROW EXECUTE FUNCTION waymark_keys.refuse_change();
CREATE TRIGGER secret_stay BEFORE TRUNCATE ON waymark_keys.secret
    FOR EACH STATEMENT EXECUTE FUNCTION waymark_keys.refuse_change();
ALTER TABLE waymark_keys.subject_key ENABLE ALWAYS TRIGGER subject_key_erased;
ALTER TABLE waymark_keys.subject_key ENABLE ALWAYS TRIGGER subject_key_keep;
ALTER TABLE waymark_keys.subject_key ENABLE ALWAYS TRIGGER subject_key_stay;
ALTER TABLE waymark_keys.secret ENABLE ALWAYS TRIGGER secret_keep;
ALTER TABLE waymark_keys.secret ENABLE ALWAYS TRIGGER secret_stay;

-- The role that servers are members of. It is one for the whole cluster, so another database may have
-- made it, even at this moment.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'waymark_app') THEN
        CREATE ROLE waymark_app NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE WARNING 'the role waymark_app is missing, and whoever migrates may not make it';
END $$;

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'waymark_app') THEN
        GRANT USAGE ON SCHEMA waymark, waymark_keys TO waymark_app;
        GRANT SELECT ON waymark.migrations, waymark_keys.erasures TO waymark_app;
        GRANT SELECT, INSERT ON waymark_keys.log, waymark_keys.secret TO waymark_app;
        GRANT SELECT, INSERT, DELETE ON waymark_keys.subject_key TO waymark_app;
    END IF;
END $$;
