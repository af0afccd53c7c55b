-- From version 8 to 9: what searches check and sort by, without the texts.
CREATE INDEX articles_card ON articles (id, published_at, published_date, source_id, kind);
