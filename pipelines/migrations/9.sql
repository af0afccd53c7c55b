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
