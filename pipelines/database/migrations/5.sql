-- From version 4 to 5: near-duplicates, lead images. `pantau process --again extract` fills both for older articles.
ALTER TABLE articles ADD COLUMN image TEXT;
CREATE INDEX articles_duplicate ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE TABLE minhash_bands (
  band INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  PRIMARY KEY (band, hash, article_id)
) WITHOUT ROWID;
