-- events_0001_create_log.sql: the event log of the embedded store, format 1. Forward only.

-- Which log this is, and the shape of this file.
CREATE TABLE log (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    log_id BLOB NOT NULL CHECK (length(log_id) = 16),
    format INTEGER NOT NULL
) STRICT;

-- A stream's number holds its category in the bits from 48 up, so that the streams of a category
-- are one range of numbers, in the order in which they began.
CREATE TABLE streams (
    stream_no INTEGER PRIMARY KEY,
    category INTEGER NOT NULL CHECK (category = stream_no >> 48),
    id BLOB NOT NULL CHECK (length(id) = 16),
    UNIQUE (category, id)
) STRICT;

-- Names of event types, each once.
CREATE TABLE kinds (
    kind_no INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- Descriptions that many events share (an import); an event with one of its own carries it itself.
CREATE TABLE metas (
    meta_no INTEGER PRIMARY KEY,
    meta BLOB NOT NULL
) STRICT;

-- Positions are dense: the writer counts on from the last inside its transaction.
CREATE TABLE events (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    stream_no INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    event_id BLOB NOT NULL CHECK (length(event_id) = 16),
    kind_no INTEGER NOT NULL,
    version INTEGER NOT NULL,
    occurred INTEGER NOT NULL,
    occurred_is_day INTEGER NOT NULL,
    entered INTEGER,
    recorded_at INTEGER NOT NULL,
    meta ANY NOT NULL CHECK (typeof(meta) IN ('integer', 'blob')), -- a meta_no, or its own
    payload BLOB NOT NULL,
    key_id BLOB,
    sealed BLOB CHECK ((sealed IS NULL) = (key_id IS NULL))
) STRICT;

CREATE UNIQUE INDEX events_by_stream ON events (stream_no, revision);
CREATE UNIQUE INDEX events_by_id ON events (event_id);

-- What is written stays as it is. REPLACE is caught too, as connections set recursive_triggers.
CREATE TRIGGER events_keep BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER streams_keep BEFORE UPDATE ON streams
BEGIN SELECT RAISE(ABORT, 'streams are never changed'); END;
CREATE TRIGGER streams_stay BEFORE DELETE ON streams
BEGIN SELECT RAISE(ABORT, 'streams are never deleted'); END;
CREATE TRIGGER kinds_keep BEFORE UPDATE ON kinds
BEGIN SELECT RAISE(ABORT, 'kinds are never changed'); END;
CREATE TRIGGER kinds_stay BEFORE DELETE ON kinds
BEGIN SELECT RAISE(ABORT, 'kinds are never deleted'); END;
CREATE TRIGGER metas_keep BEFORE UPDATE ON metas
BEGIN SELECT RAISE(ABORT, 'metas are never changed'); END;
CREATE TRIGGER metas_stay BEFORE DELETE ON metas
BEGIN SELECT RAISE(ABORT, 'metas are never deleted'); END;
