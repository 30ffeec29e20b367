-- events_0002_find_ids_by_shares.sql: where each event id is, format 2. Forward only.
-- Ids are in no order: an index that took each at once had a page touched and written for nearly every
-- event of a long log. So the newest ids are kept in memory, and go in by shares, each in its order.

CREATE TABLE event_ids (
    event_id BLOB PRIMARY KEY CHECK (length(event_id) = 16),
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The ids that begin with this byte are in event_ids up to this position, and beyond it in none.
CREATE TABLE id_shares (
    share INTEGER PRIMARY KEY CHECK (share BETWEEN 0 AND 255),
    up_to INTEGER NOT NULL
) STRICT;

INSERT INTO event_ids (event_id, position) SELECT event_id, position FROM events ORDER BY event_id;
WITH RECURSIVE shares (share) AS (SELECT 0 UNION ALL SELECT share + 1 FROM shares WHERE share < 255)
INSERT INTO id_shares (share, up_to)
SELECT share, coalesce((SELECT max(position) FROM events), 0) FROM shares;

DROP INDEX events_by_id;
UPDATE log SET format = 2;

CREATE TRIGGER event_ids_keep BEFORE UPDATE ON event_ids
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_ids_stay BEFORE DELETE ON event_ids
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
