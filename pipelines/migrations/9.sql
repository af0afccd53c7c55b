-- From version 8 to 9: what searches check and sort by, without the texts; a person's newest quotes, a body's officials.
CREATE INDEX articles_card ON articles (id, published_at, published_date, source_id, kind);
DROP INDEX quotes_person;
CREATE INDEX quotes_person ON quotes (person_id, article_id);
CREATE INDEX roles_organisation ON roles (organisation, articles);
