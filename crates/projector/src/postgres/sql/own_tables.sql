-- own_tables.sql: what every edition of a view has beside the view's own tables.
CREATE TABLE pathways (no bigint NOT NULL, id uuid NOT NULL);
CREATE TABLE checkpoint (
    one          bigint PRIMARY KEY CHECK (one = 1),
    view         text NOT NULL,
    version      bigint NOT NULL,
    rules_digest text NOT NULL,
    log_id       uuid NOT NULL,
    position     bigint NOT NULL,
    event_id     uuid,
    consumed     bigint NOT NULL,
    digest       uuid NOT NULL
);
-- Never the payload: where it is, and what was wrong.
CREATE TABLE dead_letter (
    pathway_id uuid PRIMARY KEY,
    position   bigint NOT NULL,
    reason     text NOT NULL
);
