-- From version 5 to 6: coverage of press releases. `pantau coverage --again` fills it for older articles.
CREATE TABLE coverage (
  release_id INTEGER NOT NULL REFERENCES articles(id),
  article_id INTEGER NOT NULL REFERENCES articles(id),
  lag_minutes INTEGER,
  kept REAL NOT NULL,
  copied REAL NOT NULL,
  label TEXT NOT NULL,
  retold REAL NOT NULL,
  longest INTEGER NOT NULL,
  quotes INTEGER NOT NULL,
  quotes_kept INTEGER NOT NULL,
  numbers INTEGER NOT NULL,
  numbers_kept INTEGER NOT NULL,
  numbers_changed TEXT NOT NULL,
  officials INTEGER NOT NULL,
  officials_kept INTEGER NOT NULL,
  other_voices TEXT NOT NULL,
  shared TEXT NOT NULL,
  evidence REAL NOT NULL,
  spans TEXT NOT NULL,
  wire TEXT,
  via_id INTEGER REFERENCES articles(id),
  reasons TEXT NOT NULL,
  compared_at TEXT NOT NULL,
  confirmed TEXT,
  PRIMARY KEY (release_id, article_id)
) WITHOUT ROWID;
CREATE INDEX coverage_article ON coverage (article_id);
CREATE TABLE coverage_todo (article_id INTEGER PRIMARY KEY);
CREATE TRIGGER coverage_new AFTER INSERT ON articles BEGIN
  INSERT OR IGNORE INTO coverage_todo (article_id) VALUES (new.id);
END;
CREATE TRIGGER coverage_changed AFTER UPDATE OF title, text, kind, published_at ON articles
WHEN (old.title, old.text, old.kind, old.published_at) IS NOT (new.title, new.text, new.kind, new.published_at) BEGIN
  INSERT OR IGNORE INTO coverage_todo (article_id) VALUES (new.id);
END;
CREATE TABLE coverage_articles (
  article_id INTEGER PRIMARY KEY,
  is_release INTEGER NOT NULL,
  day INTEGER NOT NULL,
  indexed_on INTEGER NOT NULL,
  hashes BLOB NOT NULL
);
CREATE INDEX coverage_articles_indexed ON coverage_articles (indexed_on);
CREATE TABLE coverage_index (
  hash INTEGER NOT NULL,
  article_id INTEGER NOT NULL,
  is_release INTEGER NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (hash, article_id)
) WITHOUT ROWID;
CREATE TABLE coverage_common (
  hash INTEGER PRIMARY KEY,
  since INTEGER NOT NULL
);
