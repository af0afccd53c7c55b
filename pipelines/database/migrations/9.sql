-- From version 8 to 9: what waits is found, file by file and newest first, without reading the whole queue.
CREATE INDEX pages_archive ON pages (warc_file, warc_offset) WHERE warc_file IS NOT NULL;
CREATE INDEX pages_pending ON pages (source_id, coalesce(hints ->> 'published_at', found_at))
  WHERE state IN ('found', 'failed') AND warc_file IS NULL;
-- Who is who is asked of the posts, a row each, and a site's one canonical address for all its pages costs nothing.
CREATE INDEX roles_title ON roles (title, organisation);
DROP INDEX article_officials_post;
DROP INDEX articles_canonical;
CREATE INDEX articles_canonical ON articles (canonical_url, title);
-- What searches check and sort by, without the texts; a person's newest quotes, a body's officials.
CREATE INDEX articles_card ON articles (id, published_at, published_date, source_id, kind);
DROP INDEX quotes_person;
CREATE INDEX quotes_person ON quotes (person_id, article_id);
CREATE INDEX roles_organisation ON roles (organisation, articles);
-- The pairs of `coverage` as the league tables of the pages count them, without its long texts; kept by triggers.
CREATE TABLE coverage_league (
  release_id INTEGER NOT NULL,
  article_id INTEGER NOT NULL,
  day TEXT NOT NULL,                     -- the release's published_date; '' when unknown
  source_id TEXT NOT NULL,               -- the release's; '' when unknown
  outlet TEXT NOT NULL,                  -- the article's source
  label TEXT NOT NULL,                   -- a person's word before the measured one; pairs that are none are left out
  copied REAL NOT NULL,
  lag_minutes INTEGER,
  PRIMARY KEY (release_id, article_id)
) WITHOUT ROWID;
CREATE INDEX coverage_league_day ON coverage_league (day);
CREATE INDEX coverage_league_outlet ON coverage_league (outlet, day, release_id, label, copied, lag_minutes);  -- covering
CREATE INDEX coverage_league_source ON coverage_league (source_id, day);
CREATE TRIGGER coverage_league_ai AFTER INSERT ON coverage WHEN coalesce(new.confirmed, new.label) <> 'none' BEGIN
  INSERT OR REPLACE INTO coverage_league
  SELECT r.id, a.id, coalesce(r.published_date, ''), coalesce(r.source_id, ''), coalesce(a.source_id, ''),
         coalesce(new.confirmed, new.label), new.copied, new.lag_minutes
  FROM articles r, articles a WHERE r.id = new.release_id AND a.id = new.article_id;
END;
CREATE TRIGGER coverage_league_ad AFTER DELETE ON coverage BEGIN
  DELETE FROM coverage_league WHERE release_id = old.release_id AND article_id = old.article_id;
END;
CREATE TRIGGER coverage_league_au AFTER UPDATE OF label, confirmed, copied, lag_minutes ON coverage BEGIN
  DELETE FROM coverage_league WHERE release_id = old.release_id AND article_id = old.article_id;
  INSERT INTO coverage_league
  SELECT r.id, a.id, coalesce(r.published_date, ''), coalesce(r.source_id, ''), coalesce(a.source_id, ''),
         coalesce(new.confirmed, new.label), new.copied, new.lag_minutes
  FROM articles r, articles a
  WHERE r.id = new.release_id AND a.id = new.article_id AND coalesce(new.confirmed, new.label) <> 'none';
END;
CREATE TRIGGER coverage_league_day_au AFTER UPDATE OF published_date ON articles
WHEN old.published_date IS NOT new.published_date BEGIN
  UPDATE coverage_league SET day = coalesce(new.published_date, '') WHERE release_id = new.id;
END;
INSERT INTO coverage_league
SELECT c.release_id, c.article_id, coalesce(r.published_date, ''), coalesce(r.source_id, ''), coalesce(a.source_id, ''),
       coalesce(c.confirmed, c.label), c.copied, c.lag_minutes
FROM coverage c JOIN articles r ON r.id = c.release_id JOIN articles a ON a.id = c.article_id
WHERE coalesce(c.confirmed, c.label) <> 'none';
