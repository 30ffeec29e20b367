-- pointers.sql: which edition of each view is in use, and the one before it. The lock keeps two servers
-- that start at the same moment from making the same table.
SELECT pg_advisory_xact_lock(7020250101);
CREATE SCHEMA IF NOT EXISTS waymark_views;
CREATE TABLE IF NOT EXISTS waymark_views.in_use (
    view     text PRIMARY KEY,
    edition  text NOT NULL,
    previous text
);
CREATE SEQUENCE IF NOT EXISTS waymark_views.edition;
