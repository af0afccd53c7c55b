-- From version 2 to 3: since when a discovery fails or leads nowhere, and which selectors stopped matching.
ALTER TABLE discoveries ADD COLUMN links INTEGER;
ALTER TABLE discoveries ADD COLUMN articles INTEGER;
ALTER TABLE discoveries ADD COLUMN failing_since TEXT;
ALTER TABLE discoveries ADD COLUMN empty_since TEXT;
UPDATE discoveries SET failing_since = fetched_at WHERE error IS NOT NULL;
CREATE TABLE selector_health (
  source_id TEXT NOT NULL,
  key TEXT NOT NULL,
  selector TEXT NOT NULL,
  misses INTEGER NOT NULL,
  matched_at TEXT,
  missed_since TEXT,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (source_id, key)
) WITHOUT ROWID;
CREATE INDEX articles_seen ON articles (source_id, first_seen, published_at);
