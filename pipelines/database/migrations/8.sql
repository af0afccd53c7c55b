-- From version 7 to 8: rollups and indexes for the pages.
-- Rollups that keep pages quick at a million articles (pipelines/store/counts.py writes the first two, triggers the third).
-- In which articles an entity is told of, by day. label: PER people, ORG organisations, GPE places, LAW laws.
CREATE TABLE appearances (
  label TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  day TEXT NOT NULL,                     -- published_date; '' when unknown
  article_id INTEGER NOT NULL,
  PRIMARY KEY (label, entity_id, day, article_id)
) WITHOUT ROWID;
CREATE TABLE entity_months (
  label TEXT NOT NULL,
  month TEXT NOT NULL,                   -- 2025-11
  entity_id INTEGER NOT NULL,
  articles INTEGER NOT NULL,
  PRIMARY KEY (label, entity_id, month)
) WITHOUT ROWID;
CREATE INDEX entity_months_month ON entity_months (label, month, articles);
CREATE TABLE articles_by_day (
  day TEXT NOT NULL,                     -- published_date; '' when unknown
  source_id TEXT NOT NULL,               -- '' when unknown
  kind TEXT NOT NULL,
  articles INTEGER NOT NULL,
  PRIMARY KEY (day, source_id, kind)
) WITHOUT ROWID;
CREATE INDEX articles_by_day_source ON articles_by_day (source_id, day, articles);
CREATE TRIGGER articles_day_ai AFTER INSERT ON articles BEGIN
  INSERT INTO articles_by_day VALUES (coalesce(new.published_date, ''), coalesce(new.source_id, ''), new.kind, 1)
  ON CONFLICT DO UPDATE SET articles = articles + 1;
END;
CREATE TRIGGER articles_day_ad AFTER DELETE ON articles BEGIN
  UPDATE articles_by_day SET articles = articles - 1 WHERE day = coalesce(old.published_date, '')
    AND source_id = coalesce(old.source_id, '') AND kind = old.kind;
END;
CREATE TRIGGER articles_day_au AFTER UPDATE OF published_date, source_id, kind ON articles
WHEN old.published_date IS NOT new.published_date OR old.source_id IS NOT new.source_id OR old.kind <> new.kind BEGIN
  UPDATE articles_by_day SET articles = articles - 1 WHERE day = coalesce(old.published_date, '')
    AND source_id = coalesce(old.source_id, '') AND kind = old.kind;
  INSERT INTO articles_by_day VALUES (coalesce(new.published_date, ''), coalesce(new.source_id, ''), new.kind, 1)
  ON CONFLICT DO UPDATE SET articles = articles + 1;
END;
CREATE INDEX people_articles ON people (articles);
CREATE INDEX organisations_articles ON organisations (articles);
CREATE INDEX places_articles ON places (articles);
CREATE INDEX roles_articles ON roles (articles);
INSERT INTO appearances
  SELECT DISTINCT m.label, m.entity_id, coalesce(a.published_date, ''), a.id FROM mentions m JOIN articles a ON a.id = m.article_id
  WHERE m.label IN ('PER', 'ORG') AND m.entity_id IS NOT NULL
  UNION SELECT 'PER', o.person_id, coalesce(a.published_date, ''), a.id
  FROM article_officials o JOIN articles a ON a.id = o.article_id
  UNION SELECT 'GPE', p.place_id, coalesce(a.published_date, ''), a.id
  FROM article_places p JOIN articles a ON a.id = p.article_id
  UNION SELECT 'LAW', l.law_id, coalesce(a.published_date, ''), a.id FROM article_laws l JOIN articles a ON a.id = l.article_id;
INSERT INTO entity_months (label, entity_id, month, articles)
  SELECT label, entity_id, substr(day, 1, 7), count(*) FROM appearances WHERE day <> '' GROUP BY 1, 2, 3;
INSERT INTO articles_by_day
  SELECT coalesce(published_date, ''), coalesce(source_id, ''), kind, count(*) FROM articles GROUP BY 1, 2, 3;
