-- events_0003_find_streams_by_shares.sql: which number a stream has, format 3. Forward only.
-- Ids of streams are in no order: an index of them all had a page of its own written for nearly every
-- stream that began. So the newest are in a small table, and go on to the large one by shares.

CREATE TABLE stream_ids (
    id BLOB NOT NULL CHECK (length(id) = 16),
    category INTEGER NOT NULL,
    stream_no INTEGER NOT NULL,
    PRIMARY KEY (id, category)
) STRICT, WITHOUT ROWID;

-- What is not in stream_ids yet. Nothing is in both.
CREATE TABLE recent_stream_ids (
    id BLOB NOT NULL CHECK (length(id) = 16),
    category INTEGER NOT NULL,
    stream_no INTEGER NOT NULL,
    PRIMARY KEY (id, category)
) STRICT, WITHOUT ROWID;

INSERT INTO stream_ids (id, category, stream_no)
SELECT id, category, stream_no FROM streams ORDER BY id, category;

-- The same without its index, which stood in its declaration.
CREATE TABLE streams_by_number (
    stream_no INTEGER PRIMARY KEY,
    category INTEGER NOT NULL CHECK (category = stream_no >> 48),
    id BLOB NOT NULL CHECK (length(id) = 16)
) STRICT;
INSERT INTO streams_by_number (stream_no, category, id)
SELECT stream_no, category, id FROM streams ORDER BY stream_no;
DROP TABLE streams;
ALTER TABLE streams_by_number RENAME TO streams;
UPDATE log SET format = 3;

CREATE TRIGGER streams_keep BEFORE UPDATE ON streams
BEGIN SELECT RAISE(ABORT, 'streams are never changed'); END;
CREATE TRIGGER streams_stay BEFORE DELETE ON streams
BEGIN SELECT RAISE(ABORT, 'streams are never deleted'); END;
CREATE TRIGGER stream_ids_keep BEFORE UPDATE ON stream_ids
BEGIN SELECT RAISE(ABORT, 'streams are never changed'); END;
CREATE TRIGGER stream_ids_stay BEFORE DELETE ON stream_ids
BEGIN SELECT RAISE(ABORT, 'streams are never deleted'); END;
CREATE TRIGGER recent_stream_ids_keep BEFORE UPDATE ON recent_stream_ids
BEGIN SELECT RAISE(ABORT, 'streams are never changed'); END;
CREATE TRIGGER recent_stream_ids_stay BEFORE DELETE ON recent_stream_ids
WHEN NOT EXISTS (SELECT 1 FROM stream_ids AS kept
                 WHERE kept.id = OLD.id AND kept.category = OLD.category AND kept.stream_no = OLD.stream_no)
BEGIN SELECT RAISE(ABORT, 'streams are never deleted'); END;
