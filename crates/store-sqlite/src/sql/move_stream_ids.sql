-- move_stream_ids.sql: a share of the newest goes to the large table, in its order.
INSERT INTO stream_ids (id, category, stream_no)
SELECT id, category, stream_no FROM recent_stream_ids WHERE id BETWEEN ?1 AND ?2 ORDER BY id, category;
