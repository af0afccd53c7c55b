-- From version 9 to 10: what a source's crawl refused, skipped or tried again, by name.
ALTER TABLE run_sources ADD COLUMN stats TEXT NOT NULL DEFAULT '{}';
