-- insert_kinds.sql: names of types that are new.
INSERT INTO waymark.kinds (kind_no, name) SELECT * FROM unnest($1::integer[], $2::text[]);
