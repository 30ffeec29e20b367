-- leases_0001_create_leases.sql: which servers are there, and which of them does which work until when.
CREATE SCHEMA IF NOT EXISTS waymark_work;

CREATE TABLE waymark_work.server (
    id uuid PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

-- The epoch grows each time that the work changes hands: who writes says under which epoch, and is
-- refused under an old one, however late it wakes.
CREATE TABLE waymark_work.lease (
    work text PRIMARY KEY,
    owner uuid NOT NULL,
    epoch bigint NOT NULL,
    expires_at timestamptz NOT NULL
);

-- The role that servers are members of, where the log made it.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'waymark_app') THEN
        GRANT USAGE ON SCHEMA waymark_work TO waymark_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON waymark_work.server TO waymark_app;
        GRANT SELECT, INSERT, UPDATE ON waymark_work.lease TO waymark_app;
    END IF;
END $$;
