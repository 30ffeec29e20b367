-- work_0001_create_places.sql: what the servers of a log must find again, format 1. Forward only.
-- Whoever writes under a lease (waymark_work.lease, of another room) checks it in the same transaction.

CREATE SCHEMA IF NOT EXISTS waymark_work;

-- How far each follower of the log came, in its own words.
CREATE TABLE waymark_work.place (
    name text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
);

-- How far each endpoint was told of alerts.
CREATE TABLE waymark_work.endpoint (
    name text COLLATE "C" PRIMARY KEY,
    position bigint NOT NULL CHECK (position >= 0)
);

-- Alerts that an endpoint did not take. `again`: somebody asked for it to be sent once more.
CREATE TABLE waymark_work.dead (
    endpoint text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    attempts bigint NOT NULL CHECK (attempts BETWEEN 0 AND 4294967295),
    given_up bigint NOT NULL, -- microseconds since 1970
    why text NOT NULL,
    again boolean NOT NULL DEFAULT false,
    PRIMARY KEY (endpoint, id)
);

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'waymark_app') THEN
        GRANT USAGE ON SCHEMA waymark_work TO waymark_app;
        GRANT SELECT, INSERT, UPDATE ON waymark_work.place, waymark_work.endpoint TO waymark_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON waymark_work.dead TO waymark_app;
    END IF;
END $$;
