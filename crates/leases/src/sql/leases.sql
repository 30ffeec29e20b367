-- leases.sql: which servers are there, and which of them does which work until when. The lock keeps two
-- servers that start at the same moment from making the same table.
SELECT pg_advisory_xact_lock(7020250102);
CREATE SCHEMA IF NOT EXISTS waymark_work;
CREATE TABLE IF NOT EXISTS waymark_work.server (
    id      uuid PRIMARY KEY,
    seen_at timestamptz NOT NULL
);
-- The epoch grows each time that the work changes hands: who writes says under which epoch, and is
-- refused under an old one, however late it wakes.
CREATE TABLE IF NOT EXISTS waymark_work.lease (
    work       text PRIMARY KEY,
    owner      uuid NOT NULL,
    epoch      bigint NOT NULL,
    expires_at timestamptz NOT NULL
);
