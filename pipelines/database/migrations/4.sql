-- From version 3 to 4: hosts that want to be left alone, robots.txt as last read, pages that wait after a failure.
ALTER TABLE pages ADD COLUMN not_before TEXT;
CREATE INDEX pages_final ON pages (final_url);
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  not_before TEXT NOT NULL,
  reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE robots (
  origin TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT
) WITHOUT ROWID;
