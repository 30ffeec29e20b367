-- events_0001_create_log.sql: the event log on PostgreSQL 15 and later, format 1. Forward only.
-- Every name is written with its schema: behind a pooler no session keeps a search path.

-- Which log this is.
CREATE TABLE waymark.log (
    one smallint PRIMARY KEY CHECK (one = 1),
    log_id uuid NOT NULL
);
INSERT INTO waymark.log (one, log_id) VALUES (1, gen_random_uuid());

-- A stream's number holds its category in the bits from 48 up, so that the streams of a category
-- are one range of numbers, in the order in which they began.
CREATE TABLE waymark.streams (
    stream_no bigint PRIMARY KEY,
    category smallint NOT NULL CHECK (category = stream_no >> 48),
    id uuid NOT NULL,
    UNIQUE (category, id)
);

-- Names of event types, each once.
CREATE TABLE waymark.kinds (
    kind_no integer PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
);

-- Positions are dense: whoever writes counts on from the last under the lock of the log.
-- A row carries its stream's id too, so that nobody who reads the log has to look it up.
CREATE TABLE waymark.events (
    position bigint PRIMARY KEY CHECK (position > 0),
    log_bytes bigint NOT NULL, -- what the log weighs with this event, for pages of so many bytes
    stream_no bigint NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 0),
    occurred bigint NOT NULL, -- microseconds since 1970, as all times here
    entered bigint,
    recorded_at bigint NOT NULL,
    event_id uuid NOT NULL,
    stream_id uuid NOT NULL,
    key_id uuid,
    kind_no integer NOT NULL,
    version integer NOT NULL CHECK (version BETWEEN 0 AND 65535),
    occurred_is_day boolean NOT NULL,
    meta bytea NOT NULL,
    payload bytea NOT NULL,
    sealed bytea,
    CHECK ((sealed IS NULL) = (key_id IS NULL))
);

-- With the position, so that a scan up to one does not fetch what lies beyond it.
CREATE UNIQUE INDEX events_by_stream ON waymark.events (stream_no, revision) INCLUDE (position);
-- One column: with the log beside it, a plan made for an empty table scans a full one later.
CREATE UNIQUE INDEX events_by_id ON waymark.events (event_id);

-- What is written stays as it is, also for the owner and for whoever replays a replica's changes.
CREATE FUNCTION waymark.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% are never changed, deleted or truncated', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['log', 'streams', 'kinds', 'events'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON waymark.%I
            FOR EACH ROW EXECUTE FUNCTION waymark.refuse_change()', kept || '_keep', kept);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON waymark.%I
            FOR EACH STATEMENT EXECUTE FUNCTION waymark.refuse_change()', kept || '_stay', kept);
        EXECUTE format('ALTER TABLE waymark.%I ENABLE ALWAYS TRIGGER %I', kept, kept || '_keep');
        EXECUTE format('ALTER TABLE waymark.%I ENABLE ALWAYS TRIGGER %I', kept, kept || '_stay');
    END LOOP;
END $$;

-- The role that servers are members of: it may read and add, and do nothing else. It is one for the
-- whole cluster, so another database may have made it, even at this moment.
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
        GRANT USAGE ON SCHEMA waymark TO waymark_app;
        GRANT SELECT, INSERT ON waymark.streams, waymark.kinds, waymark.events TO waymark_app;
        GRANT SELECT ON waymark.log, waymark.migrations TO waymark_app;
    END IF;
END $$;
