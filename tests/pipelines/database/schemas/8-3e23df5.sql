-- A database as commit 3e23df5 made it: its schema 8 without the comments, and invented rows in every table.
CREATE TABLE sources (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  homepage TEXT,
  status TEXT NOT NULL,
  press_releases INTEGER NOT NULL DEFAULT 0,
  note TEXT
);
CREATE TABLE pages (
  url TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  state TEXT NOT NULL,
  http_status INTEGER,
  etag TEXT,
  last_modified TEXT,
  fetched_at TEXT,
  warc_file TEXT,
  warc_offset INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  found_at TEXT NOT NULL,
  final_url TEXT,
  content_type TEXT,
  digest TEXT,
  hints TEXT,
  processed_at TEXT,
  not_before TEXT
);
CREATE INDEX pages_state ON pages (state, source_id);
CREATE INDEX pages_source ON pages (source_id, fetched_at);
CREATE INDEX pages_final ON pages (final_url);
CREATE TABLE discoveries (
  url TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  method TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT,
  http_status INTEGER,
  fetched_at TEXT,
  error TEXT,
  links INTEGER,
  articles INTEGER,
  failing_since TEXT,
  empty_since TEXT
);
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
CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  canonical_url TEXT NOT NULL,
  source_id TEXT,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  stems TEXT NOT NULL DEFAULT '',
  published_at TEXT,
  published_date TEXT,
  date_source TEXT,
  author TEXT,
  dateline TEXT,
  language TEXT,
  word_count INTEGER NOT NULL,
  tags TEXT,
  first_seen TEXT NOT NULL,
  fetched_at TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  duplicate_of INTEGER REFERENCES articles(id),
  fingerprint TEXT,
  image TEXT
);
CREATE INDEX articles_canonical ON articles (canonical_url);
CREATE INDEX articles_published ON articles (published_at);
CREATE INDEX articles_source ON articles (source_id, published_at);
CREATE INDEX articles_seen ON articles (source_id, first_seen, published_at);
CREATE INDEX articles_kind ON articles (kind, published_at);
CREATE INDEX articles_fingerprint ON articles (fingerprint, id);
CREATE INDEX articles_date ON articles (published_date);
CREATE INDEX articles_duplicate ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE TABLE minhash_bands (
  band INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  PRIMARY KEY (band, hash, article_id)
) WITHOUT ROWID;
CREATE TABLE article_versions (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (article_id, version)
);
CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, text, stems,
  content='articles', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN
  INSERT INTO articles_fts(rowid, title, text, stems) VALUES (new.id, new.title, new.text, new.stems);
END;
CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts(articles_fts, rowid, title, text, stems) VALUES ('delete', old.id, old.title, old.text, old.stems);
END;
CREATE TRIGGER articles_au AFTER UPDATE OF title, text, stems ON articles BEGIN
  INSERT INTO articles_fts(articles_fts, rowid, title, text, stems) VALUES ('delete', old.id, old.title, old.text, old.stems);
  INSERT INTO articles_fts(rowid, title, text, stems) VALUES (new.id, new.title, new.text, new.stems);
END;
CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  aliases TEXT NOT NULL DEFAULT '[]',
  honorifics TEXT NOT NULL DEFAULT '[]',
  articles INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT,
  last_seen TEXT
);
CREATE TABLE organisations (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  aliases TEXT NOT NULL DEFAULT '[]',
  articles INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT,
  last_seen TEXT
);
CREATE TABLE name_forms (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  PRIMARY KEY (kind, key, entity_id)
) WITHOUT ROWID;
CREATE INDEX name_forms_entity ON name_forms (kind, entity_id);
CREATE TABLE corrections (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  words TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  PRIMARY KEY (kind, key, words)
) WITHOUT ROWID;
CREATE TABLE places (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  code TEXT,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  province TEXT,
  country TEXT,
  lat REAL,
  lon REAL,
  articles INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT,
  last_seen TEXT
);
CREATE TABLE laws (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  number TEXT,
  year INTEGER,
  name TEXT NOT NULL,
  about TEXT,
  articles INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT,
  last_seen TEXT
);
CREATE TABLE mentions (
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  label TEXT NOT NULL,
  field TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  entity_id INTEGER
);
CREATE INDEX mentions_article ON mentions (article_id);
CREATE INDEX mentions_entity ON mentions (label, entity_id, article_id);
CREATE TABLE article_officials (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  person_id INTEGER NOT NULL REFERENCES people(id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  title TEXT,
  organisation TEXT,
  status TEXT NOT NULL DEFAULT 'menjabat',
  aliases TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (article_id, position)
);
CREATE INDEX article_officials_person ON article_officials (person_id, article_id);
CREATE INDEX article_officials_post ON article_officials (title, organisation);
CREATE TABLE article_places (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  place_id INTEGER NOT NULL REFERENCES places(id),
  text TEXT NOT NULL,
  mentions INTEGER NOT NULL,
  PRIMARY KEY (article_id, place_id)
);
CREATE INDEX article_places_place ON article_places (place_id, article_id);
CREATE TABLE article_laws (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  law_id INTEGER NOT NULL REFERENCES laws(id),
  text TEXT NOT NULL,
  PRIMARY KEY (article_id, law_id)
);
CREATE INDEX article_laws_law ON article_laws (law_id, article_id);
CREATE TABLE roles (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES people(id),
  title TEXT,
  organisation TEXT,
  status TEXT NOT NULL DEFAULT 'menjabat',
  first_seen TEXT,
  last_seen TEXT,
  articles INTEGER NOT NULL
);
CREATE UNIQUE INDEX roles_post ON roles (person_id, coalesce(title, ''), coalesce(organisation, ''), status);
CREATE INDEX roles_person ON roles (person_id, last_seen);
CREATE TABLE agreements (
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  subject TEXT,
  date TEXT,
  place TEXT,
  status TEXT NOT NULL,
  same_as INTEGER REFERENCES agreements(id)
);
CREATE INDEX agreements_article ON agreements (article_id);
CREATE INDEX agreements_same ON agreements (same_as);
CREATE INDEX agreements_type ON agreements (type, date);
CREATE TABLE agreement_parties (
  agreement_id INTEGER NOT NULL REFERENCES agreements(id),
  position INTEGER NOT NULL,
  party TEXT NOT NULL,
  organisation_id INTEGER REFERENCES organisations(id),
  key TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (agreement_id, position)
);
CREATE INDEX agreement_parties_key ON agreement_parties (key);
CREATE INDEX agreement_parties_organisation ON agreement_parties (organisation_id);
CREATE TABLE quotes (
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  speaker TEXT,
  person_id INTEGER REFERENCES people(id),
  text TEXT NOT NULL,
  verb TEXT,
  start INTEGER,
  "end" INTEGER
);
CREATE INDEX quotes_article ON quotes (article_id);
CREATE INDEX quotes_person ON quotes (person_id);
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
CREATE TABLE watches (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  filters TEXT NOT NULL,
  every_minutes INTEGER NOT NULL,
  floor INTEGER NOT NULL,
  ceiling INTEGER NOT NULL,
  quiet TEXT,
  spike INTEGER NOT NULL,
  cooldown_hours INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  last_run TEXT
);
CREATE TABLE watch_receivers (
  id INTEGER PRIMARY KEY,
  watch_id INTEGER NOT NULL REFERENCES watches(id),
  address TEXT NOT NULL,
  sent_to INTEGER NOT NULL,
  sending_to INTEGER,
  last_sent TEXT,
  last_spike TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  UNIQUE (watch_id, address)
);
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL,
  finished TEXT,
  outcome TEXT,
  found INTEGER NOT NULL DEFAULT 0,
  fetched INTEGER NOT NULL DEFAULT 0,
  not_modified INTEGER NOT NULL DEFAULT 0,
  stored INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE run_sources (
  run_id INTEGER NOT NULL REFERENCES runs(id),
  source_id TEXT NOT NULL,
  found INTEGER NOT NULL DEFAULT 0,
  fetched INTEGER NOT NULL DEFAULT 0,
  not_modified INTEGER NOT NULL DEFAULT 0,
  stored INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  PRIMARY KEY (run_id, source_id)
);
CREATE INDEX run_sources_source ON run_sources (source_id, run_id);
CREATE TABLE errors (
  id INTEGER PRIMARY KEY,
  run_id INTEGER REFERENCES runs(id),
  source_id TEXT,
  url TEXT,
  stage TEXT NOT NULL,
  error TEXT NOT NULL,
  seen_at TEXT NOT NULL
);
CREATE INDEX errors_source ON errors (source_id, seen_at);
CREATE TABLE appearances (
  label TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  day TEXT NOT NULL,
  article_id INTEGER NOT NULL,
  PRIMARY KEY (label, entity_id, day, article_id)
) WITHOUT ROWID;
CREATE TABLE entity_months (
  label TEXT NOT NULL,
  month TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  articles INTEGER NOT NULL,
  PRIMARY KEY (label, entity_id, month)
) WITHOUT ROWID;
CREATE INDEX entity_months_month ON entity_months (label, month, articles);
CREATE TABLE articles_by_day (
  day TEXT NOT NULL,
  source_id TEXT NOT NULL,
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
CREATE VIEW officials AS
  SELECT p.id AS person_id, p.name AS name, r.title AS title, r.organisation AS organisation,
         r.articles AS articles, r.first_seen AS first_seen, r.last_seen AS last_seen, r.status AS status
  FROM roles r JOIN people p ON p.id = r.person_id;
CREATE VIEW cities AS
  SELECT code, name, kind, province, lat, lon, articles, last_seen, id AS place_id
  FROM places WHERE kind IN ('kabupaten', 'kota', 'kota-asing') OR code = '31';
INSERT INTO sources (id, name, kind, homepage, status, press_releases, note)
  VALUES ('uji', 'Kementerian Uji', 'kementerian', 'https://uji.go.id/', 'active', 1, 'contoh');
INSERT INTO sources (id, name, kind, homepage, status, press_releases, note)
  VALUES ('kabar', 'Kabar Uji', 'media', 'https://kabar.id/', 'active', 0, NULL);
INSERT INTO pages (url, source_id, state, http_status, etag, last_modified, fetched_at, warc_file, warc_offset, attempts, error, found_at, final_url, content_type, digest, hints, processed_at, not_before)
  VALUES ('https://uji.go.id/berita/1', 'uji', 'done', 200, '"a1"', NULL, '2025-11-12T02:30:00+00:00', 'pantau-1.warc.gz', 512, 0, NULL, '2025-11-12T02:00:00+00:00', 'https://uji.go.id/berita/1', 'text/html', '0a1b', '{"published_at": "2025-11-12T02:00:00+00:00"}', '2025-11-12T02:40:00+00:00', NULL);
INSERT INTO pages (url, source_id, state, http_status, etag, last_modified, fetched_at, warc_file, warc_offset, attempts, error, found_at, final_url, content_type, digest, hints, processed_at, not_before)
  VALUES ('https://kabar.id/2', 'kabar', 'failed', 503, NULL, NULL, NULL, NULL, NULL, 1, 'answered 503', '2025-11-12T02:30:00+00:00', NULL, NULL, NULL, '{}', NULL, '2025-11-12T02:45:00+00:00');
INSERT INTO discoveries (url, source_id, method, etag, last_modified, http_status, fetched_at, error, links, articles, failing_since, empty_since)
  VALUES ('https://uji.go.id/feed', 'uji', 'feed', '"f"', NULL, 200, '2025-11-12T02:30:00+00:00', NULL, 4, 3, NULL, NULL);
INSERT INTO discoveries (url, source_id, method, etag, last_modified, http_status, fetched_at, error, links, articles, failing_since, empty_since)
  VALUES ('https://kabar.id/rss', 'kabar', 'feed', NULL, NULL, 500, '2025-11-12T02:30:00+00:00', 'answered 500', NULL, NULL, '2025-11-10T00:00:00+00:00', NULL);
INSERT INTO hosts (host, not_before, reason)
  VALUES ('kabar.id', '2025-11-12T03:00:00+00:00', 'answered 429 and asks to wait');
INSERT INTO robots (origin, text, fetched_at, etag, last_modified)
  VALUES ('https://uji.go.id', 'User-agent: *
Disallow: /admin', '2025-11-12T02:30:00+00:00', NULL, NULL);
INSERT INTO selector_health (source_id, key, selector, misses, matched_at, missed_since, seen_at)
  VALUES ('uji', 'body', 'div.isi', 2, NULL, '2025-11-12T02:30:00+00:00', '2025-11-12T02:30:00+00:00');
INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, stems, published_at, published_date, date_source, author, dateline, language, word_count, tags, first_seen, fetched_at, version, duplicate_of, fingerprint, image)
  VALUES (1, 'https://uji.go.id/berita/1', 'https://uji.go.id/berita/1', 'uji', 'press_release', 'Uji Teken Nota Kesepahaman', 'Menteri Uji Rangga Wiratama menandatangani nota kesepahaman di Bandung.', 'menteri uji tanda tangan nota paham', '2025-11-12T02:30:00+00:00', '2025-11-12', 'meta', 'Humas', 'Bandung', 'id', 9, '["uji"]', '2025-11-12T02:40:00+00:00', '2025-11-12T02:30:00+00:00', 2, NULL, 'f1', 'https://uji.go.id/1.jpg');
INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, stems, published_at, published_date, date_source, author, dateline, language, word_count, tags, first_seen, fetched_at, version, duplicate_of, fingerprint, image)
  VALUES (2, 'https://kabar.id/1', 'https://kabar.id/1', 'kabar', 'news', 'Kementerian Uji Teken Nota', 'Rangga Wiratama menandatangani nota kesepahaman, kata kementerian.', 'tanda tangan nota paham menteri', '2025-11-13T04:00:00+00:00', '2025-11-13', 'jsonld', NULL, NULL, 'id', 7, NULL, '2025-11-13T04:10:00+00:00', '2025-11-13T04:05:00+00:00', 1, 1, 'f2', NULL);
INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, stems, published_at, published_date, date_source, author, dateline, language, word_count, tags, first_seen, fetched_at, version, duplicate_of, fingerprint, image)
  VALUES (3, 'https://lama.id/1', 'https://lama.id/1', NULL, 'news', 'Tanpa Tanggal', 'Berita lama tanpa tanggal.', 'berita lama tanggal', NULL, NULL, NULL, NULL, NULL, 'id', 4, NULL, '2025-11-13T04:10:00+00:00', NULL, 1, NULL, 'f3', NULL);
INSERT INTO minhash_bands (band, hash, article_id)
  VALUES (0, 77, 1);
INSERT INTO article_versions (article_id, version, title, text, seen_at)
  VALUES (1, 1, 'Uji Teken Nota', 'Naskah pertama.', '2025-11-12T02:30:00+00:00');
INSERT INTO people (id, key, name, aliases, honorifics, articles, first_seen, last_seen)
  VALUES (1, 'rangga wiratama', 'Rangga Wiratama', '["Rangga"]', '["Dr."]', 2, '2025-11-12', '2025-11-13');
INSERT INTO organisations (id, key, name, aliases, articles, first_seen, last_seen)
  VALUES (1, 'kementerian uji', 'Kementerian Uji', '["Kemenuji"]', 1, '2025-11-12', '2025-11-12');
INSERT INTO name_forms (kind, key, entity_id)
  VALUES ('person', 'rangga wiratama', 1);
INSERT INTO name_forms (kind, key, entity_id)
  VALUES ('organisation', 'kementerian uji', 1);
INSERT INTO corrections (kind, key, words, name)
  VALUES ('person', 'ranga wiratama', '', 'Rangga Wiratama');
INSERT INTO places (id, key, code, name, kind, province, country, lat, lon, articles, first_seen, last_seen)
  VALUES (1, '32.73', '32.73', 'Kota Bandung', 'kota', 'Jawa Barat', 'ID', -6.9, 107.6, 1, '2025-11-12', '2025-11-12');
INSERT INTO laws (id, key, type, number, year, name, about, articles, first_seen, last_seen)
  VALUES (1, 'PP 1/2020', 'PP', '1', 2020, 'PP Nomor 1 Tahun 2020', NULL, 1, '2025-11-12', '2025-11-12');
INSERT INTO mentions (id, article_id, label, field, start, "end", text, entity_id)
  VALUES (1, 1, 'PER', 'text', 12, 27, 'Rangga Wiratama', 1);
INSERT INTO mentions (id, article_id, label, field, start, "end", text, entity_id)
  VALUES (2, 2, 'PER', 'text', 0, 15, 'Rangga Wiratama', 1);
INSERT INTO mentions (id, article_id, label, field, start, "end", text, entity_id)
  VALUES (3, 1, 'ORG', 'text', 8, 11, 'Uji', 1);
INSERT INTO article_officials (article_id, person_id, position, name, title, organisation, status, aliases)
  VALUES (1, 1, 0, 'Rangga Wiratama', 'Menteri', 'Uji', 'menjabat', '[]');
INSERT INTO article_places (article_id, place_id, text, mentions)
  VALUES (1, 1, 'Bandung', 1);
INSERT INTO article_laws (article_id, law_id, text)
  VALUES (1, 1, 'PP 1/2020');
INSERT INTO roles (id, person_id, title, organisation, status, first_seen, last_seen, articles)
  VALUES (1, 1, 'Menteri', 'Uji', 'menjabat', '2025-11-12', '2025-11-12', 1);
INSERT INTO agreements (id, article_id, type, title, subject, date, place, status, same_as)
  VALUES (1, 1, 'MoU', 'nota kesepahaman', 'uji', '2025-11', 'Bandung', 'ditandatangani', NULL);
INSERT INTO agreements (id, article_id, type, title, subject, date, place, status, same_as)
  VALUES (2, 2, 'MoU', 'nota kesepahaman', NULL, NULL, NULL, 'ditandatangani', 1);
INSERT INTO agreement_parties (agreement_id, position, party, organisation_id, key)
  VALUES (1, 0, 'Kementerian Uji', 1, 'kementerian uji');
INSERT INTO quotes (id, article_id, speaker, person_id, text, verb, start, "end")
  VALUES (1, 2, 'Rangga', 1, 'Nota ini penting.', 'kata', 10, 27);
INSERT INTO coverage (release_id, article_id, lag_minutes, kept, copied, label, retold, longest, quotes, quotes_kept, numbers, numbers_kept, numbers_changed, officials, officials_kept, other_voices, shared, evidence, spans, wire, via_id, reasons, compared_at, confirmed)
  VALUES (1, 2, 1530, 0.8, 0.7, 'edited', 0.9, 6, 1, 1, 0, 0, '[]', 1, 1, '[]', '["Rangga Wiratama"]', 4.5, '[[0, 9, 3, 12]]', NULL, NULL, 'naskahnya sama', '2025-11-13T05:00:00+00:00', 'verbatim');
INSERT INTO coverage_articles (article_id, is_release, day, indexed_on, hashes)
  VALUES (1, 1, 20404, 20404, x'0102');
INSERT INTO coverage_index (hash, article_id, is_release, day)
  VALUES (99, 1, 1, 20404);
INSERT INTO coverage_common (hash, since)
  VALUES (5, 20400);
INSERT INTO watches (id, name, filters, every_minutes, floor, ceiling, quiet, spike, cooldown_hours, created_at, last_run)
  VALUES (1, 'uji', '{"query": "uji"}', 15, 1, 20, NULL, 0, 24, '2025-11-12T02:30:00+00:00', NULL);
INSERT INTO watch_receivers (id, watch_id, address, sent_to, sending_to, last_sent, last_spike, failures, error)
  VALUES (1, 1, 'json://kait/${UJI}', 1, NULL, NULL, NULL, 0, NULL);
INSERT INTO runs (id, started, finished, outcome, found, fetched, not_modified, stored, failed)
  VALUES (1, '2025-11-12T02:30:00+00:00', '2025-11-12T02:50:00+00:00', 'done', 2, 1, 0, 1, 1);
INSERT INTO run_sources (run_id, source_id, found, fetched, not_modified, stored, failed, error)
  VALUES (1, 'uji', 1, 1, 0, 1, 0, NULL);
INSERT INTO errors (id, run_id, source_id, url, stage, error, seen_at)
  VALUES (1, 1, 'kabar', 'https://kabar.id/2', 'fetch', 'answered 503', '2025-11-12T02:30:00+00:00');
INSERT INTO appearances (label, entity_id, day, article_id)
  VALUES ('PER', 1, '2025-11-12', 1);
INSERT INTO appearances (label, entity_id, day, article_id)
  VALUES ('PER', 1, '2025-11-13', 2);
INSERT INTO appearances (label, entity_id, day, article_id)
  VALUES ('ORG', 1, '2025-11-12', 1);
INSERT INTO appearances (label, entity_id, day, article_id)
  VALUES ('GPE', 1, '2025-11-12', 1);
INSERT INTO appearances (label, entity_id, day, article_id)
  VALUES ('LAW', 1, '2025-11-12', 1);
INSERT INTO entity_months (label, month, entity_id, articles)
  VALUES ('PER', '2025-11', 1, 2);
INSERT INTO entity_months (label, month, entity_id, articles)
  VALUES ('ORG', '2025-11', 1, 1);
INSERT INTO entity_months (label, month, entity_id, articles)
  VALUES ('GPE', '2025-11', 1, 1);
INSERT INTO entity_months (label, month, entity_id, articles)
  VALUES ('LAW', '2025-11', 1, 1);
PRAGMA application_id = 0x50414E54;
PRAGMA user_version = 8;
