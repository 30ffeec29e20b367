-- views_0001_create_pointers.sql: which edition of each view is in use, and the one before it. Views may be
-- dropped at will, so whoever opens them makes what is missing.
CREATE SCHEMA IF NOT EXISTS waymark_views;

CREATE TABLE IF NOT EXISTS waymark_views.in_use (
    view     text PRIMARY KEY,
    edition  text NOT NULL,
    previous text
);

CREATE SEQUENCE IF NOT EXISTS waymark_views.edition;

-- The role that servers are members of, where the log made it.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'waymark_app') THEN
        GRANT USAGE ON SCHEMA waymark_views TO waymark_app;
        GRANT SELECT, INSERT, UPDATE ON waymark_views.in_use TO waymark_app;
        GRANT USAGE ON SEQUENCE waymark_views.edition TO waymark_app;
    END IF;
END $$;
