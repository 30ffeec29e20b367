-- own_tables.sql: what every view's file has beside the view's own tables.
CREATE TABLE pathways (no INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT;
CREATE TABLE checkpoint (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    view         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    rules_digest TEXT NOT NULL,
    log_id       BLOB NOT NULL,
    position     INTEGER NOT NULL,
    event_id     BLOB,
    consumed     INTEGER NOT NULL,
    digest       BLOB NOT NULL
) STRICT;
-- Never the payload: where it is, and what was wrong.
CREATE TABLE dead_letter (
    pathway_id BLOB PRIMARY KEY,
    position   INTEGER NOT NULL,
    reason     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
