-- begin_append.sql: a transaction that is alone with the log until it ends. Everything is local to
-- it: behind a pooler the next transaction may be another client's.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '30s';
SET LOCAL idle_in_transaction_session_timeout = '10s';
-- A table that was never analysed must not be scanned for a handful of ids.
SET LOCAL enable_seqscan = off;
SET LOCAL jit = off;
-- Whatever the database says, an answer waits for the disk; what waits for more is left as it is.
SELECT set_config('synchronous_commit', 'on', true)
WHERE current_setting('synchronous_commit') = 'off';
SELECT pg_advisory_xact_lock(1463898445, 1);
