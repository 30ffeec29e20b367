-- forget_moved_stream_ids.sql: what has gone to the large table.
DELETE FROM recent_stream_ids WHERE id BETWEEN ?1 AND ?2;
