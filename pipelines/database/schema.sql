-- Pantau's database. Timestamps are ISO 8601 in UTC; published_date is the day in WIB (UTC+7).
-- docs/database.md explains every table, docs/adding-a-table.md how to change something here.
--
-- A table with the mark "public" is in the snapshot that `pantau publish` makes for everybody. Every other table is the
-- team's own: how the crawl goes, what it remembers, what people wrote down. It is left out of the snapshot, so a table
-- whose mark was forgotten gives nothing away.
PRAGMA application_id = 0x50414E54;  -- "PANT"
PRAGMA user_version = 14;            -- raise it with every change here: older databases are then brought up to date

CREATE TABLE sources (  -- public
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,              -- kementerian | lembaga | pemda | bumn | media
  homepage TEXT,
  status TEXT NOT NULL,            -- active | unproven | paused | needs-browser | refuses | removed
  press_releases INTEGER NOT NULL DEFAULT 0,
  note TEXT,
  proven_at TEXT                   -- when `pantau sources check` found an article of an unproven one
);

-- The queue: every article page ever found.
-- state: found -> fetched -> done; failed (will be tried again), quarantined (given up).
CREATE TABLE pages (
  url TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  state TEXT NOT NULL,
  http_status INTEGER,
  etag TEXT,
  last_modified TEXT,
  fetched_at TEXT,
  warc_file TEXT,                  -- relative to the archive folder
  warc_offset INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  found_at TEXT NOT NULL,
  final_url TEXT,                  -- after redirects
  content_type TEXT,
  digest TEXT,                     -- sha256 of the body last processed or fetched
  hints TEXT,                      -- JSON of what discovery knew: title, published_at, modified_at
  processed_at TEXT,
  not_before TEXT,                 -- after a failure that is its host's: when it may be asked for again
  doubted INTEGER NOT NULL DEFAULT 0, -- answers in a row that were no article, such as a notice of maintenance
  read_file TEXT,                  -- where in the archive the stored article was read from; warc_file and warc_offset
  read_offset INTEGER,             -- go back to it when a later answer was no article
  origin TEXT                      -- "arsip NAME": out of somebody else's archive; "pengambilan susulan": a backfill
);
CREATE INDEX pages_state ON pages (state, source_id);
CREATE INDEX pages_source ON pages (source_id, fetched_at);
CREATE INDEX pages_found ON pages (source_id, found_at);
CREATE INDEX pages_final ON pages (final_url);
CREATE INDEX pages_archive ON pages (warc_file, warc_offset) WHERE warc_file IS NOT NULL;
CREATE INDEX pages_doubted ON pages (source_id) WHERE doubted > 0;
CREATE INDEX pages_pending ON pages (source_id, coalesce(hints ->> 'published_at', found_at))
  WHERE state IN ('found', 'failed') AND warc_file IS NULL;  -- what a run asks for first, without sorting a backlog

-- What is asked for again on every run: feeds, sitemaps, listings, with their validators.
CREATE TABLE discoveries (
  url TEXT PRIMARY KEY,
  source_id TEXT NOT NULL,
  method TEXT NOT NULL,            -- feed | sitemap | listing
  etag TEXT,
  last_modified TEXT,
  http_status INTEGER,             -- 0: found, and yet to be asked for
  fetched_at TEXT,
  error TEXT,
  links INTEGER,                   -- in the last full answer: all that it leads to,
  articles INTEGER,                -- and those of them that can be articles (article_url, hosts)
  failing_since TEXT,              -- when its errors began; NULL while it answers
  empty_since TEXT,                -- when its full answers began to lead to no article
  restless_since TEXT,             -- when it began to say of nearly everything that it has changed since the last run
  listed TEXT                      -- of a sitemap: the lastmod with which its index led to it
);
-- Hosts that want to be left alone (Retry-After, a long Crawl-delay), and the robots.txt of every site as last read.
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,           -- crawler.urls.host_key
  not_before TEXT NOT NULL,
  reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE robots (
  origin TEXT PRIMARY KEY,         -- scheme, host and port
  text TEXT NOT NULL,              -- empty where the site has none
  fetched_at TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT
) WITHOUT ROWID;

-- Others' archives that `pantau import` has read, and by digest every page that was taken out of them.
CREATE TABLE imports (
  archive TEXT PRIMARY KEY,        -- digest of size, beginning and end: the same file by any name
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  wanted TEXT NOT NULL,            -- digest of the sources that were looked for; others begin anew
  member INTEGER NOT NULL,         -- up to where it has been read: a byte of the file,
  inside INTEGER NOT NULL,         -- and so many bytes of what unpacks from there
  counts TEXT NOT NULL,            -- JSON: records, and by name what became of them
  started TEXT NOT NULL,
  finished TEXT
) WITHOUT ROWID;
CREATE TABLE imported (
  record BLOB PRIMARY KEY          -- 16 bytes of SHA-256 over address, time and body
) WITHOUT ROWID;

-- `pantau backfill`: how far each walk into a source's past has come.
CREATE TABLE backfills (
  id INTEGER PRIMARY KEY,
  source_id TEXT NOT NULL,
  since TEXT NOT NULL,             -- days in WIB, both included
  until TEXT NOT NULL,
  started TEXT NOT NULL,
  finished TEXT
);
-- The sitemaps, listing pages and pages of an API's answer that it asks for, once each.
CREATE TABLE backfill_steps (
  id INTEGER PRIMARY KEY,
  backfill_id INTEGER NOT NULL REFERENCES backfills(id),
  way TEXT NOT NULL,               -- the discovery, by its address in the catalogue
  day TEXT NOT NULL,               -- of a dated listing; '' elsewhere
  page INTEGER NOT NULL,           -- from 0
  depth INTEGER NOT NULL,          -- how many sitemap indexes led to it
  url TEXT NOT NULL,
  state TEXT NOT NULL,             -- waiting | done | failed
  attempts INTEGER NOT NULL DEFAULT 0,
  links INTEGER,                   -- articles that it leads to
  fresh INTEGER,                   -- those of them that no step before had led to
  total INTEGER,                   -- how many there are in the whole walk, where the answer says so
  error TEXT,
  UNIQUE (backfill_id, url)
);
CREATE TABLE backfill_pages (
  backfill_id INTEGER NOT NULL REFERENCES backfills(id),
  url TEXT NOT NULL,
  step_id INTEGER NOT NULL,
  state TEXT NOT NULL,             -- waiting | done (fetched, or known before) | failed
  hints TEXT NOT NULL,             -- JSON, as in pages
  day TEXT,                        -- of publication, as far as link and address tell
  PRIMARY KEY (backfill_id, url)
) WITHOUT ROWID;
CREATE INDEX backfill_pages_step ON backfill_pages (backfill_id, step_id);
CREATE INDEX backfill_pages_waiting ON backfill_pages (backfill_id, day) WHERE state = 'waiting';

-- Whether the catalogue's own selectors ([source.extract]) still find something on the pages that are read.
CREATE TABLE selector_health (
  source_id TEXT NOT NULL,
  key TEXT NOT NULL,               -- title | body | date | author
  selector TEXT NOT NULL,          -- as it was tried; another one begins anew
  misses INTEGER NOT NULL,         -- pages in a row on which it found nothing
  matched_at TEXT,                 -- when the last page on which it found something was fetched
  missed_since TEXT,               -- when the first page of those misses was fetched
  seen_at TEXT NOT NULL,           -- when the last page was fetched
  PRIMARY KEY (source_id, key)
) WITHOUT ROWID;

-- What the newest pages of a host show at their heads, from which the site's own name is learnt.
CREATE TABLE host_titles (
  host TEXT NOT NULL,              -- without "www."
  url TEXT NOT NULL,
  title TEXT NOT NULL,             -- <title>
  heading TEXT NOT NULL,           -- the first <h1>
  seen_at TEXT NOT NULL,           -- when the page was fetched
  PRIMARY KEY (host, url)
) WITHOUT ROWID;

CREATE TABLE articles (  -- public
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  canonical_url TEXT NOT NULL,
  source_id TEXT,
  kind TEXT NOT NULL,              -- press_release | news
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  stems TEXT NOT NULL DEFAULT '',  -- Sastrawi stems of title and text, for search
  published_at TEXT,
  published_date TEXT,
  date_source TEXT,
  author TEXT,
  dateline TEXT,
  language TEXT,
  word_count INTEGER NOT NULL,
  tags TEXT,                       -- JSON array of the page's own keywords
  first_seen TEXT NOT NULL,
  fetched_at TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  duplicate_of INTEGER REFERENCES articles(id),
  fingerprint TEXT,                -- of the words of the text (pipelines/store/duplicates.py)
  image TEXT,                      -- address of the lead image
  date_warning TEXT,               -- who dates it otherwise, by more than a day: "feed 2026-11-20, url 2019-01-03"
  origin TEXT                      -- as of its page (pages.origin); NULL for what the crawl found by itself
);
CREATE INDEX articles_canonical ON articles (canonical_url, title);  -- some sites give all pages one canonical address
CREATE INDEX articles_published ON articles (published_at);
CREATE INDEX articles_source ON articles (source_id, published_at);
CREATE INDEX articles_seen ON articles (source_id, first_seen, published_at);  -- status reads no texts
CREATE INDEX articles_kind ON articles (kind, published_at);
CREATE INDEX articles_fingerprint ON articles (fingerprint, id);
CREATE INDEX articles_date ON articles (published_date);
-- What searches check and sort by: a row of `articles` keeps its dates behind the texts (pipelines/search/find.py).
CREATE INDEX articles_card ON articles (id, published_at, published_date, source_id, kind);
CREATE INDEX articles_duplicate ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- MinHash bands of the texts: articles with a band in common may be near-duplicates (pipelines/store/duplicates.py).
-- Hashes are random, so the rows of a time lie together: a new article touches pages that the last ones touched.
CREATE TABLE minhash_bands (
  fortnight INTEGER NOT NULL,      -- of the article: days since 1970-01-01, divided by 14
  band INTEGER NOT NULL,
  hash INTEGER NOT NULL,           -- 48 bits
  article_id INTEGER NOT NULL REFERENCES articles(id),
  PRIMARY KEY (fortnight, band, hash, article_id)
) WITHOUT ROWID;

CREATE TABLE article_versions (  -- public
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
  INSERT INTO articles_fts(articles_fts, rowid, title, text, stems)
  VALUES ('delete', old.id, old.title, old.text, old.stems);
END;
CREATE TRIGGER articles_au AFTER UPDATE OF title, text, stems ON articles BEGIN
  INSERT INTO articles_fts(articles_fts, rowid, title, text, stems)
  VALUES ('delete', old.id, old.title, old.text, old.stems);
  INSERT INTO articles_fts(rowid, title, text, stems) VALUES (new.id, new.title, new.text, new.stems);
END;

-- Entities, one row each across articles. `key` is the normal form that decides sameness.
CREATE TABLE people (  -- public
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  aliases TEXT NOT NULL DEFAULT '[]',    -- JSON array
  honorifics TEXT NOT NULL DEFAULT '[]',
  articles INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT,                       -- days (published_date), here and below
  last_seen TEXT
);
CREATE TABLE organisations (  -- public
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  aliases TEXT NOT NULL DEFAULT '[]',
  articles INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT,
  last_seen TEXT
);
-- Every form of a name that says by itself whom it means: full names, longer aliases, acronyms ("BGN").
CREATE TABLE name_forms (
  kind TEXT NOT NULL,                    -- person | organisation
  key TEXT NOT NULL,                     -- the form in its normal form
  entity_id INTEGER NOT NULL,            -- people or organisations; a form of two bodies has two rows
  PRIMARY KEY (kind, key, entity_id)
) WITHOUT ROWID;
CREATE INDEX name_forms_entity ON name_forms (kind, entity_id);
-- The corrections file as last applied (pipelines/desk/corrections.py).
CREATE TABLE corrections (
  kind TEXT NOT NULL,                    -- person | organisation | original
  key TEXT NOT NULL,                     -- normal form of the name that is corrected; original: the article's address
  words TEXT NOT NULL DEFAULT '',        -- split: only where post or institution hold these words
  name TEXT NOT NULL,                    -- what it is called instead
  PRIMARY KEY (kind, key, words)
) WITHOUT ROWID;
-- What people decided on the pages, in the order in which they did; nothing is changed or removed here, and taking a
-- decision back is another one (pipelines/store/decisions.py).
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY,
  made_at TEXT NOT NULL,
  author TEXT NOT NULL,                  -- the name with which they logged in
  kind TEXT NOT NULL,                    -- of decisions.KINDS: official | place | ... | coverage | tone | kliping | undo
  article_id INTEGER,                    -- on whose page
  key TEXT NOT NULL,                     -- which of its officials, places, ...: the normal form of what the machine read
  everywhere INTEGER NOT NULL DEFAULT 0, -- 1: the same mistake in other articles, too, also in those to come
  before TEXT NOT NULL,                  -- JSON of what the page showed
  after TEXT NOT NULL,                   -- JSON of what it is; null: there is none
  note TEXT NOT NULL DEFAULT '',
  undoes INTEGER REFERENCES decisions(id)
);
CREATE UNIQUE INDEX decisions_undone ON decisions (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX decisions_article ON decisions (article_id);
CREATE INDEX decisions_everywhere ON decisions (key) WHERE everywhere = 1;
CREATE TRIGGER decisions_are_not_changed BEFORE UPDATE ON decisions BEGIN
  SELECT RAISE(ABORT, 'decisions are only added; take one back with another');
END;
CREATE TRIGGER decisions_are_not_removed BEFORE DELETE ON decisions BEGIN
  SELECT RAISE(ABORT, 'decisions are only added; take one back with another');
END;
-- In which articles a decision counts, and in which of them it (or its being taken back) has yet to be carried out.
CREATE TABLE decision_articles (
  decision_id INTEGER NOT NULL REFERENCES decisions(id),
  article_id INTEGER NOT NULL REFERENCES articles(id),
  waiting INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (decision_id, article_id)
) WITHOUT ROWID;
CREATE INDEX decision_articles_waiting ON decision_articles (article_id) WHERE waiting = 1;
-- What the machine read of the articles about which people decided otherwise.
CREATE TABLE machine_readings (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id),
  fields TEXT,                           -- JSON: title, kind, published_at, published_date, date_source
  tags TEXT                              -- JSON as nlp.as_json writes it
);
-- The tone (nada) that people hear towards a target, by the last decision that stands (pipelines/desk/tone.py).
-- What people say is no article (pipelines/desk/not_article.py): taken out whole, to be brought back.
CREATE TABLE set_aside (
  article_id INTEGER PRIMARY KEY,        -- its number in `articles`, before and after
  url TEXT NOT NULL,
  held TEXT NOT NULL                     -- JSON: its row, its versions, its coverage, the tags that the machine read
);
CREATE INDEX set_aside_url ON set_aside (url);
CREATE TABLE tones (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  target TEXT NOT NULL,                  -- the normal form of its name
  name TEXT NOT NULL,
  title TEXT,                            -- positif | netral | negatif | tak tentu; NULL: nobody said
  body TEXT,
  author TEXT NOT NULL,
  set_at TEXT NOT NULL,
  PRIMARY KEY (article_id, target)
) WITHOUT ROWID;
CREATE INDEX tones_target ON tones (target, article_id);
-- People who log in to `serve --login`, beside those of the settings (pipelines/publish/guard/accounts.py).
CREATE TABLE users (
  name TEXT PRIMARY KEY,                 -- in small letters
  role TEXT NOT NULL,                    -- pembaca | penyunting | pengelola
  password TEXT NOT NULL DEFAULT '',     -- its hash; '' until one was chosen
  session INTEGER NOT NULL DEFAULT 1,    -- cookies with a smaller number have ended
  invite TEXT,                           -- SHA-256 of the key of an invitation
  invite_until TEXT,
  disabled_at TEXT,
  made_at TEXT NOT NULL,
  made_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX users_invite ON users (invite) WHERE invite IS NOT NULL;
-- What the team notes about an article (pipelines/desk/work.py); '' where it says nothing.
CREATE TABLE article_work (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id),
  labels TEXT NOT NULL DEFAULT '',       -- joined by ", "
  note TEXT NOT NULL DEFAULT '',
  assignee TEXT NOT NULL DEFAULT '',
  deadline TEXT NOT NULL DEFAULT '',     -- a day (WIB)
  response TEXT NOT NULL DEFAULT '',     -- perlu klarifikasi | hak jawab dikirim | dimuat | ditolak
  response_day TEXT NOT NULL DEFAULT '',
  response_url TEXT NOT NULL DEFAULT '',
  changed_by TEXT NOT NULL DEFAULT '',
  changed_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX article_work_assignee ON article_work (lower(assignee)) WHERE assignee <> '';
CREATE INDEX article_work_response ON article_work (response) WHERE response <> '';
CREATE TABLE stars (
  author TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  starred_at TEXT NOT NULL,
  PRIMARY KEY (author, article_id)
) WITHOUT ROWID;
CREATE TABLE read_marks (
  author TEXT PRIMARY KEY,
  article_id INTEGER NOT NULL,           -- up to this one everything is read
  marked_at TEXT NOT NULL
) WITHOUT ROWID;
-- Who gets their own desk by mail every morning (pipelines/desk/desk_mail.py).
CREATE TABLE desk_mails (
  author TEXT PRIMARY KEY,
  receiver_id INTEGER NOT NULL REFERENCES receivers(id),
  sent_on TEXT NOT NULL DEFAULT '',      -- the last day (WIB)
  stopped TEXT NOT NULL DEFAULT ''       -- why nothing goes: the person can no longer log in, or only reads
) WITHOUT ROWID;
-- Klipings that are made on the pages (pipelines/desk/kliping.py).
CREATE TABLE klipings (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  since TEXT NOT NULL,                   -- first and last day (WIB)
  until TEXT NOT NULL,
  watch TEXT NOT NULL DEFAULT '',        -- the name of the watch that picks its articles
  target TEXT NOT NULL DEFAULT '',       -- towards whom its tones are heard
  summary TEXT NOT NULL DEFAULT '',
  institution TEXT NOT NULL DEFAULT '',  -- the two lines of the letterhead
  address TEXT NOT NULL DEFAULT '',
  made_at TEXT NOT NULL,
  author TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  signed_at TEXT,                        -- NULL: a draft
  signed_by TEXT,
  letterhead INTEGER NOT NULL DEFAULT 0  -- 0: the two lines alone
);
-- Letterheads that klipings choose from (pipelines/desk/clip/letterheads.py).
CREATE TABLE letterheads (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  institution TEXT NOT NULL,
  address TEXT NOT NULL,
  logo BLOB NOT NULL,                    -- PNG; empty for none
  made_at TEXT NOT NULL,
  made_by TEXT NOT NULL,
  removed_at TEXT
);
CREATE TABLE kliping_items (
  kliping_id INTEGER NOT NULL REFERENCES klipings(id),
  article_id INTEGER NOT NULL REFERENCES articles(id),
  position INTEGER NOT NULL,
  taken INTEGER NOT NULL DEFAULT 1,
  comment TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (kliping_id, article_id)
) WITHOUT ROWID;
CREATE TABLE places (  -- public
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,              -- the Kemendagri code, or kind:name for places abroad
  code TEXT,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,                    -- provinsi | kabupaten | kota | kecamatan | negara | kota-asing
  province TEXT,
  country TEXT,                          -- ISO 3166-1 alpha-2
  lat REAL,
  lon REAL,
  articles INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT,
  last_seen TEXT
);
CREATE TABLE laws (  -- public
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,              -- "PP 59/2022"
  type TEXT NOT NULL,
  number TEXT,
  year INTEGER,
  name TEXT NOT NULL,
  about TEXT,
  articles INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT,
  last_seen TEXT
);

-- What one article says. Everything below is replaced when the article is tagged again.
CREATE TABLE mentions (  -- public
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  label TEXT NOT NULL,                   -- PER TITLE ORG GPE LOC AGR LAW EVT
  field TEXT NOT NULL,                   -- title | text
  start INTEGER NOT NULL,                -- code points, end exclusive
  "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  entity_id INTEGER                      -- PER: people, ORG: organisations, GPE and LOC: places, LAW: laws
);
CREATE INDEX mentions_article ON mentions (article_id);
CREATE INDEX mentions_entity ON mentions (label, entity_id, article_id);

CREATE TABLE article_officials (  -- public
  article_id INTEGER NOT NULL REFERENCES articles(id),
  person_id INTEGER NOT NULL REFERENCES people(id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,                    -- as this article writes it
  title TEXT,
  organisation TEXT,
  status TEXT NOT NULL DEFAULT 'menjabat',
  aliases TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (article_id, position)
);
CREATE INDEX article_officials_person ON article_officials (person_id, article_id, organisation);

CREATE TABLE article_places (  -- public
  article_id INTEGER NOT NULL REFERENCES articles(id),
  place_id INTEGER NOT NULL REFERENCES places(id),
  text TEXT NOT NULL,
  mentions INTEGER NOT NULL,
  PRIMARY KEY (article_id, place_id)
);
CREATE INDEX article_places_place ON article_places (place_id, article_id);

CREATE TABLE article_laws (  -- public
  article_id INTEGER NOT NULL REFERENCES articles(id),
  law_id INTEGER NOT NULL REFERENCES laws(id),
  text TEXT NOT NULL,
  PRIMARY KEY (article_id, law_id)
);
CREATE INDEX article_laws_law ON article_laws (law_id, article_id);

-- Posts over time, derived from article_officials.
CREATE TABLE roles (  -- public
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
CREATE INDEX roles_title ON roles (title, organisation);

CREATE TABLE agreements (  -- public
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  type TEXT NOT NULL,                    -- MoU | PKS | LoI | perjanjian | kesepakatan | lainnya
  title TEXT NOT NULL,                   -- the phrase that names it
  subject TEXT,
  date TEXT,                             -- ISO 8601, as precise as the text: 2016-10-08, 2016-10, 2016
  place TEXT,
  status TEXT NOT NULL,                  -- ditandatangani | direncanakan | berlaku | dibahas | diperpanjang | berakhir
  same_as INTEGER REFERENCES agreements(id), -- the first row of the same agreement, told by another article
  placed INTEGER NOT NULL DEFAULT 0,     -- 1 once agreement_places has been written for it
  parties_known INTEGER NOT NULL DEFAULT 0,  -- 1 if two parties or more are known
  confidence REAL,                       -- how likely the text tells of it, 0 to 1; NULL if it was tagged before schema 12
  months INTEGER,                        -- how long it holds, as the text says
  until TEXT,                            -- the end that the text names, as `date`
  ends TEXT,                             -- the last day on which it holds, out of `until`, or `date` and `months`
  life INTEGER REFERENCES agreements(id) -- the first agreement of its life; NULL if it was stored before schema 14
);
CREATE INDEX agreements_article ON agreements (article_id);
CREATE INDEX agreements_same ON agreements (same_as);
CREATE INDEX agreements_type ON agreements (type, date);
CREATE INDEX agreements_life ON agreements (life);
-- One row a life: talks, plan, signing, follow-up and end of one matter between the same parties
-- (pipelines/store/agreement_lives.py).
CREATE TABLE agreement_lives (  -- public
  life INTEGER PRIMARY KEY REFERENCES agreements(id),
  stage TEXT NOT NULL,                   -- dibahas | direncanakan | ditandatangani | ditindaklanjuti | berakhir
  first_day TEXT NOT NULL,               -- of the articles that tell of it
  last_day TEXT NOT NULL,
  tellings INTEGER NOT NULL,             -- articles
  steps INTEGER NOT NULL,                -- agreements, each once
  ends TEXT,
  confidence REAL
);
CREATE INDEX agreement_lives_ends ON agreement_lives (ends) WHERE ends IS NOT NULL;
CREATE INDEX agreement_lives_last ON agreement_lives (last_day);
CREATE TABLE agreement_parties (  -- public
  agreement_id INTEGER NOT NULL REFERENCES agreements(id),
  position INTEGER NOT NULL,
  party TEXT NOT NULL,
  organisation_id INTEGER REFERENCES organisations(id),
  key TEXT NOT NULL DEFAULT '',          -- what tells whether two articles name the same party
  PRIMARY KEY (agreement_id, position)
);
CREATE INDEX agreement_parties_key ON agreement_parties (key);
CREATE INDEX agreement_parties_organisation ON agreement_parties (organisation_id);
-- The places that an agreement belongs to (pipelines/store/agreement_places.py); other places of its article do not.
CREATE TABLE agreement_places (  -- public
  key TEXT NOT NULL,                     -- as of places, which need not have it: no article may name it by itself
  agreement_id INTEGER NOT NULL REFERENCES agreements(id),
  role TEXT NOT NULL,                    -- party: its government or a body of it is one | signed: it was signed there
  PRIMARY KEY (key, agreement_id, role)
) WITHOUT ROWID;
CREATE INDEX agreement_places_agreement ON agreement_places (agreement_id);

CREATE TABLE quotes (  -- public
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  speaker TEXT,
  person_id INTEGER REFERENCES people(id),
  text TEXT NOT NULL,
  verb TEXT,
  start INTEGER,                         -- into articles.text
  "end" INTEGER,
  kind TEXT NOT NULL DEFAULT 'langsung'  -- langsung | tidak langsung: in the speaker's own words, or told by a clause
);
-- Who is quoted beside whom, and where in which articles, is counted from these alone, which are read in a row.
CREATE INDEX quotes_article ON quotes (article_id, person_id);
CREATE INDEX quotes_person ON quotes (person_id, article_id, kind, start, "end");

-- Which articles took up a press release (pipelines/coverage). Shares are 0 to 1 of words; lists are JSON.
-- Who says that what will have been done by when (nlp/components/promises).
CREATE TABLE promises (  -- public
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  text TEXT NOT NULL,                    -- the sentence
  who TEXT NOT NULL,
  kind TEXT NOT NULL,                    -- person | organisation
  entity_id INTEGER,                     -- people or organisations
  who_key TEXT NOT NULL,                 -- the normal form of `who`
  cue TEXT NOT NULL,                     -- the words that bind: "menargetkan", "akan rampung"
  due TEXT NOT NULL,                     -- 2026-12-31, 2026-12 or 2026, as the text says
  due_text TEXT NOT NULL,
  last TEXT NOT NULL,                    -- the last day of that period
  amount TEXT,
  start INTEGER NOT NULL,                -- of the text: code points, end exclusive
  "end" INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT '',        -- what people say became of it: ditepati | sebagian | tidak ditepati | dicabut
  same_as INTEGER REFERENCES promises(id) -- the first telling of the same promise
);
CREATE INDEX promises_article ON promises (article_id);
CREATE INDEX promises_last ON promises (last, id) WHERE same_as IS NULL;
CREATE INDEX promises_who ON promises (who_key, id) WHERE same_as IS NULL;
CREATE INDEX promises_entity ON promises (kind, entity_id, last) WHERE same_as IS NULL;
CREATE INDEX promises_same ON promises (same_as) WHERE same_as IS NOT NULL;

CREATE TABLE coverage (  -- public
  release_id INTEGER NOT NULL REFERENCES articles(id),
  article_id INTEGER NOT NULL REFERENCES articles(id),
  lag_minutes INTEGER,                   -- from the release to the article; NULL when either hour is unknown
  kept REAL NOT NULL,                    -- of the release that appears in the article
  copied REAL NOT NULL,                  -- of the article that comes from the release word for word
  label TEXT NOT NULL,                   -- verbatim | edited | partial | mention
  retold REAL NOT NULL,                  -- of the article in sentences whose words are the release's
  longest INTEGER NOT NULL,              -- words of the longest common span
  quotes INTEGER NOT NULL,               -- of the release, and how many of them are in the article
  quotes_kept INTEGER NOT NULL,
  numbers INTEGER NOT NULL,
  numbers_kept INTEGER NOT NULL,
  numbers_changed TEXT NOT NULL,         -- [[in the release, in the article], ...]
  officials INTEGER NOT NULL,
  officials_kept INTEGER NOT NULL,
  other_voices TEXT NOT NULL,            -- [name, ...] quoted in the article and not named in the release
  shared TEXT NOT NULL,                  -- [name, number or rarer word, ...] in both
  evidence REAL NOT NULL,                -- how much that is, in rare words
  spans TEXT NOT NULL,                   -- [[start, end in the release's text, start, end in the article's], ...]
  wire TEXT,                             -- the medium or agency that the article credits
  via_id INTEGER REFERENCES articles(id),-- the article of another medium that it copies rather than the release
  reasons TEXT NOT NULL,                 -- in words
  compared_at TEXT NOT NULL,
  confirmed TEXT,                        -- a person's word: a label, or none; no run touches it
  PRIMARY KEY (release_id, article_id)
) WITHOUT ROWID;
CREATE INDEX coverage_article ON coverage (article_id);
-- Articles to look at, kept by triggers; and the index of what recent articles' texts share.
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
  day INTEGER NOT NULL,                  -- published; days since 1970-01-01, as indexed_on
  indexed_on INTEGER NOT NULL,
  hashes BLOB NOT NULL                   -- its rows of coverage_index, 64-bit each
);
CREATE INDEX coverage_articles_indexed ON coverage_articles (indexed_on);
CREATE INDEX coverage_articles_day ON coverage_articles (day);
CREATE TABLE coverage_index (
  hash INTEGER NOT NULL,                 -- of a word, number, pair of names or shingle
  day INTEGER NOT NULL,
  article_id INTEGER NOT NULL,
  is_release INTEGER NOT NULL,
  PRIMARY KEY (hash, day, article_id)
) WITHOUT ROWID;
CREATE TABLE coverage_common (
  hash INTEGER NOT NULL,                 -- of so many articles of the weeks around a day that it tells nothing
  since INTEGER NOT NULL,                -- that day
  noted_on INTEGER NOT NULL DEFAULT 0,   -- when an article showed it
  PRIMARY KEY (hash, since)
) WITHOUT ROWID;
-- The pairs of `coverage` as the league tables of the pages count them, without its long texts; kept by triggers.
CREATE TABLE coverage_league (  -- public
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
-- This one holds all that the outlets' league asks for, so that the league reads no row of the table.
CREATE INDEX coverage_league_outlet ON coverage_league (outlet, day, release_id, label, copied, lag_minutes);
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

-- Stories (isu): what articles of all outlets tell of one event (pipelines/isu). One that was joined to another keeps
-- its row, so that its address leads there.
CREATE TABLE isu (  -- public
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,                   -- of its most central article
  title_id INTEGER REFERENCES articles(id), -- that article
  summary TEXT,                          -- the sentence of a lead that most of its articles share; NULL of a lone article
  summary_id INTEGER REFERENCES articles(id), -- the article that it is quoted from
  first_seen TEXT NOT NULL,              -- when its first article was published, or seen where that is unknown
  last_seen TEXT NOT NULL,
  first_outlet TEXT,                     -- the source of its first article
  articles INTEGER NOT NULL,
  outlets INTEGER NOT NULL,
  grew_hour INTEGER NOT NULL,            -- articles of the hour and of the day up to last_seen
  grew_day INTEGER NOT NULL,
  state TEXT NOT NULL,                   -- open | merged
  merged_into INTEGER REFERENCES isu(id),
  named TEXT                             -- the title that people gave it; NULL: that of its most central article
);
CREATE INDEX isu_seen ON isu (last_seen) WHERE state = 'open';
CREATE INDEX isu_several ON isu (last_seen, articles, outlets, grew_day) WHERE state = 'open' AND articles > 1;
CREATE INDEX isu_merged ON isu (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE isu_articles (  -- public
  article_id INTEGER PRIMARY KEY REFERENCES articles(id),
  isu_id INTEGER NOT NULL REFERENCES isu(id),
  published_at TEXT NOT NULL,            -- or when it was first seen
  source_id TEXT,
  score REAL,                            -- log odds with which it joined; NULL of the article that began the story
  reason TEXT NOT NULL,                  -- in words
  near_id INTEGER                        -- the article that it was most like
);
CREATE INDEX isu_articles_isu ON isu_articles (isu_id, published_at);
-- What the team does with a story: it follows it, or is done with it (pipelines/desk/stories.py).
CREATE TABLE isu_marks (
  isu_id INTEGER PRIMARY KEY REFERENCES isu(id),
  followed INTEGER NOT NULL,             -- 1, or else 0
  closed INTEGER NOT NULL
);
-- The sentences that a team wants told about a release or a story (pesan kunci), by the last decision that stands
-- (pipelines/desk/messages.py).
CREATE TABLE key_messages (
  about TEXT NOT NULL,                   -- siaran | isu
  subject_id INTEGER NOT NULL,           -- the number of the release in articles, or of the story in isu
  position INTEGER NOT NULL,             -- from 1
  text TEXT NOT NULL,
  author TEXT NOT NULL,
  set_at TEXT NOT NULL,
  PRIMARY KEY (about, subject_id, position)
) WITHOUT ROWID;
-- Which stories a receiver of a watch has been told of (pipelines/desk/watch/isu_alerts.py).
CREATE TABLE isu_alerts (
  watch_id INTEGER NOT NULL REFERENCES watches(id),
  address TEXT NOT NULL,                 -- as in watch_receivers
  isu_id INTEGER NOT NULL,               -- 0: since when stories are told to it
  what TEXT NOT NULL,                    -- new | grown
  sent_at TEXT,                          -- NULL: under way; a crash left it
  PRIMARY KEY (watch_id, address, isu_id, what)
) WITHOUT ROWID;
-- Articles that wait for their story, kept by triggers.
CREATE TABLE isu_todo (article_id INTEGER PRIMARY KEY);
CREATE TRIGGER isu_new AFTER INSERT ON articles BEGIN
  INSERT OR IGNORE INTO isu_todo (article_id) VALUES (new.id);
END;
CREATE TRIGGER isu_changed AFTER UPDATE OF title, published_at, source_id ON articles
WHEN (old.title, old.published_at, old.source_id) IS NOT (new.title, new.published_at, new.source_id) BEGIN
  INSERT OR IGNORE INTO isu_todo (article_id) VALUES (new.id);
END;
-- The articles of the last days as they are compared: their weights, which words find them, how like each other they are.
CREATE TABLE isu_vectors (
  article_id INTEGER PRIMARY KEY,
  day INTEGER NOT NULL,                  -- published; days since 1970-01-01
  moment REAL NOT NULL,                  -- hours since then
  counted INTEGER NOT NULL,              -- whether its words are still in isu_words
  vectors BLOB NOT NULL
);
CREATE INDEX isu_vectors_day ON isu_vectors (day);
CREATE TABLE isu_index (
  word INTEGER NOT NULL,                 -- CRC-32
  day INTEGER NOT NULL,
  article_id INTEGER NOT NULL,
  PRIMARY KEY (word, day, article_id)
) WITHOUT ROWID;
CREATE TABLE isu_pairs (
  article_id INTEGER NOT NULL,           -- each pair both ways round
  other_id INTEGER NOT NULL,
  odds REAL NOT NULL,                    -- log odds that they tell of one event
  PRIMARY KEY (article_id, other_id)
) WITHOUT ROWID;
CREATE TABLE isu_words (
  word INTEGER PRIMARY KEY,
  articles INTEGER NOT NULL              -- of the window that have it
);
CREATE TABLE isu_window (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  day INTEGER NOT NULL,                  -- how far the stories have come: of the last article that was put into one
  articles INTEGER NOT NULL              -- whose words isu_words counts
);

-- Saved searches that are sent (pipelines/desk/watch/).
CREATE TABLE watches (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  filters TEXT NOT NULL,                 -- JSON: query, source, city, person; or search: {q, sumber, ...} of a page
  every_minutes INTEGER NOT NULL,
  floor INTEGER NOT NULL,                -- stories; fewer wait, a day at most
  ceiling INTEGER NOT NULL,              -- stories that a digest lists; the others are counted
  quiet TEXT,                            -- "22:00-06:00" in WIB
  spike INTEGER NOT NULL,                -- 1: also says when there is far more than usual
  cooldown_hours INTEGER NOT NULL,       -- between two such alerts
  created_at TEXT NOT NULL,
  last_run TEXT,
  clip TEXT NOT NULL DEFAULT ''          -- docx | pdf: yesterday's kliping goes to its receivers every morning
);
CREATE TABLE watch_receivers (
  id INTEGER PRIMARY KEY,
  watch_id INTEGER NOT NULL REFERENCES watches(id),
  address TEXT NOT NULL,                 -- an Apprise address; secrets are ${NAMES} of environment variables
  sent_to INTEGER NOT NULL,              -- every matching article up to this id has been sent
  sending_to INTEGER,                    -- set while a digest is under way: a crash left it
  last_sent TEXT,
  last_spike TEXT,
  failures INTEGER NOT NULL DEFAULT 0,   -- in a row
  error TEXT,
  clip_sent TEXT,                        -- the day (WIB) of the last kliping that it got
  UNIQUE (watch_id, address)
);
-- Receivers that the team adds on its page (pipelines/desk/watch/receivers.py); a watch names one as "penerima:ID".
CREATE TABLE receivers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,                    -- mail | telegram | webhook
  address TEXT NOT NULL,                 -- what may be shown: the mail address, Telegram's chat, a webhook's host
  secret TEXT NOT NULL DEFAULT '',       -- Telegram's token or a webhook's whole address, encrypted with PANTAU_KEY
  confirmed_at TEXT,                     -- NULL: nothing but the confirmation is sent to it
  confirm TEXT,                          -- SHA-256 of the key of the link that confirms it
  confirm_until TEXT,
  paused_at TEXT,
  removed_at TEXT,
  made_at TEXT NOT NULL,
  made_by TEXT NOT NULL
);
CREATE UNIQUE INDEX receivers_name ON receivers (name) WHERE removed_at IS NULL;
-- What was sent, kept for 90 days.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  sent_at TEXT NOT NULL,
  receiver_id INTEGER REFERENCES receivers(id),  -- NULL: an address of the command line or the settings
  receiver TEXT NOT NULL,                -- as people call it
  title TEXT NOT NULL,
  purpose TEXT NOT NULL,                 -- message | test | confirmation
  went INTEGER NOT NULL,
  answer TEXT NOT NULL                   -- of the receiver's server, or why it did not go
);
CREATE INDEX deliveries_sent_at ON deliveries (sent_at);
CREATE INDEX deliveries_receiver ON deliveries (receiver_id, sent_at);

-- Watches that were removed, so that `pantau watch restore` and the page can bring them back.
CREATE TABLE removed_watches (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  removed_at TEXT NOT NULL,
  watch TEXT NOT NULL                    -- JSON: its row in watches, and its rows of watch_receivers as "receivers"
);

-- What each crawl did.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL,
  finished TEXT,
  outcome TEXT,                          -- done | failures | interrupted | out of time
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
  stats TEXT NOT NULL DEFAULT '{}',      -- JSON of what was refused, skipped or tried again (crawler/statistics.py)
  PRIMARY KEY (run_id, source_id)
);
CREATE INDEX run_sources_source ON run_sources (source_id, run_id);
CREATE TABLE errors (
  id INTEGER PRIMARY KEY,
  run_id INTEGER REFERENCES runs(id),
  source_id TEXT,
  url TEXT,
  stage TEXT NOT NULL,                   -- discover | fetch | extract | tag | store
  error TEXT NOT NULL,
  seen_at TEXT NOT NULL
);
CREATE INDEX errors_source ON errors (source_id, seen_at);

-- Rollups that keep pages quick at a million articles. pipelines/store/counts.py writes the first two, triggers the
-- third.
-- In which articles an entity is told of, by day. label: PER people, ORG organisations, GPE places, LAW laws.
CREATE TABLE appearances (  -- public
  label TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  day TEXT NOT NULL,                     -- published_date; '' when unknown
  article_id INTEGER NOT NULL,
  PRIMARY KEY (label, entity_id, day, article_id)
) WITHOUT ROWID;
CREATE TABLE entity_months (  -- public
  label TEXT NOT NULL,
  month TEXT NOT NULL,                   -- 2025-11
  entity_id INTEGER NOT NULL,
  articles INTEGER NOT NULL,
  PRIMARY KEY (label, entity_id, month)
) WITHOUT ROWID;
CREATE INDEX entity_months_month ON entity_months (label, month, articles);
CREATE TABLE articles_by_day (  -- public
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
-- All articles of a day, whatever their source: what trends divide by. Kept by the triggers below, as is articles_by_day.
CREATE TABLE day_totals (  -- public
  day TEXT NOT NULL,                     -- published_date; '' when unknown
  kind TEXT NOT NULL,
  articles INTEGER NOT NULL,
  low INTEGER NOT NULL DEFAULT 0,        -- all their ids lie between these, and perhaps those of articles that are gone
  high INTEGER NOT NULL DEFAULT 9223372036854775807,
  PRIMARY KEY (day, kind)
) WITHOUT ROWID;
CREATE TRIGGER day_totals_ai AFTER INSERT ON articles BEGIN
  INSERT INTO day_totals VALUES (coalesce(new.published_date, ''), new.kind, 1, new.id, new.id)
  ON CONFLICT DO UPDATE SET articles = articles + 1, low = min(low, excluded.low), high = max(high, excluded.high);
END;
CREATE TRIGGER day_totals_ad AFTER DELETE ON articles BEGIN
  UPDATE day_totals SET articles = articles - 1 WHERE day = coalesce(old.published_date, '') AND kind = old.kind;
END;
CREATE TRIGGER day_totals_au AFTER UPDATE OF published_date, kind ON articles
WHEN old.published_date IS NOT new.published_date OR old.kind <> new.kind BEGIN
  UPDATE day_totals SET articles = articles - 1 WHERE day = coalesce(old.published_date, '') AND kind = old.kind;
  INSERT INTO day_totals VALUES (coalesce(new.published_date, ''), new.kind, 1, new.id, new.id)
  ON CONFLICT DO UPDATE SET articles = articles + 1, low = min(low, excluded.low), high = max(high, excluded.high);
END;
-- Authors of each outlet, where bylines surely name a person (pipelines/store/bylines.py), and what they wrote. Triggers
-- count their articles, and follow the day of an article and its removal.
CREATE TABLE authors (  -- public
  id INTEGER PRIMARY KEY,
  source_id TEXT NOT NULL,               -- '' when unknown
  name TEXT NOT NULL,
  articles INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX authors_name ON authors (source_id, name);
CREATE INDEX authors_articles ON authors (articles);
CREATE TABLE bylines (  -- public
  article_id INTEGER PRIMARY KEY REFERENCES articles(id),
  author_id INTEGER NOT NULL REFERENCES authors(id),
  day TEXT NOT NULL                      -- published_date of the article; '' when unknown
);
CREATE INDEX bylines_author ON bylines (author_id, day);
CREATE TRIGGER bylines_ai AFTER INSERT ON bylines BEGIN
  UPDATE authors SET articles = articles + 1 WHERE id = new.author_id;
END;
CREATE TRIGGER bylines_ad AFTER DELETE ON bylines BEGIN
  UPDATE authors SET articles = articles - 1 WHERE id = old.author_id;
END;
CREATE TRIGGER bylines_au AFTER UPDATE OF author_id ON bylines WHEN old.author_id <> new.author_id BEGIN
  UPDATE authors SET articles = articles - 1 WHERE id = old.author_id;
  UPDATE authors SET articles = articles + 1 WHERE id = new.author_id;
END;
CREATE TRIGGER bylines_day_au AFTER UPDATE OF published_date ON articles
WHEN old.published_date IS NOT new.published_date BEGIN
  UPDATE bylines SET day = coalesce(new.published_date, '') WHERE article_id = new.id;
END;
CREATE TRIGGER bylines_article_ad BEFORE DELETE ON articles BEGIN
  DELETE FROM bylines WHERE article_id = old.id;
END;
CREATE INDEX people_articles ON people (articles);
CREATE INDEX organisations_articles ON organisations (articles);
CREATE INDEX places_articles ON places (articles);
CREATE INDEX roles_articles ON roles (articles);
CREATE INDEX roles_organisation ON roles (organisation, articles);

CREATE VIEW officials AS
  SELECT p.id AS person_id, p.name AS name, r.title AS title, r.organisation AS organisation,
         r.articles AS articles, r.first_seen AS first_seen, r.last_seen AS last_seen, r.status AS status
  FROM roles r JOIN people p ON p.id = r.person_id;
CREATE VIEW cities AS
  SELECT code, name, kind, province, lat, lon, articles, last_seen, id AS place_id
  FROM places WHERE kind IN ('kabupaten', 'kota', 'kota-asing') OR code = '31';
