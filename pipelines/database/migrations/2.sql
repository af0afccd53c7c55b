-- From version 1 to 2: name forms, corrections, the same agreement told by several articles.
CREATE TABLE name_forms (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  entity_id INTEGER NOT NULL,
  PRIMARY KEY (kind, key, entity_id)
) WITHOUT ROWID;
CREATE INDEX name_forms_entity ON name_forms (kind, entity_id);
INSERT INTO name_forms SELECT 'person', key, id FROM people;
INSERT INTO name_forms SELECT 'organisation', key, id FROM organisations;
CREATE TABLE corrections (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  words TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  PRIMARY KEY (kind, key, words)
) WITHOUT ROWID;
ALTER TABLE agreements ADD COLUMN same_as INTEGER REFERENCES agreements(id);
CREATE INDEX agreements_same ON agreements (same_as);
ALTER TABLE agreement_parties ADD COLUMN key TEXT NOT NULL DEFAULT '';
CREATE INDEX agreement_parties_key ON agreement_parties (key);
CREATE INDEX agreement_parties_organisation ON agreement_parties (organisation_id);
CREATE INDEX article_officials_post ON article_officials (title, organisation);
