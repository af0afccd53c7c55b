"""Schema 14: the MinHash bands by fortnight and hash, since only texts of about the same time are compared."""

from __future__ import annotations

from sqlite_utils import Database

from pipelines.database.coverage_days import statement

KEY = ["fortnight", "band", "hash", "article_id"]
FORTNIGHT = "coalesce(unixepoch({moment}) / 86400 / 14, -1)"  # SQL; as pipelines/store/duplicates.py has it


def key_by_fortnight(db: Database) -> None:
    """Give minhash_bands the key that schema.sql has; each article's rows stand where it claims to be, and was seen."""
    if db.table("minhash_bands").pks == KEY:
        return
    db.execute("ALTER TABLE minhash_bands RENAME TO minhash_bands_before")
    db.execute(statement("minhash_bands"))
    claimed, seen = FORTNIGHT.format(moment="coalesce(published_at, first_seen)"), FORTNIGHT.format(moment="first_seen")
    db.execute(
        f"""CREATE TEMP TABLE stand AS SELECT id, {claimed} AS fortnight FROM articles
            UNION SELECT id, {seen} FROM articles"""
    )
    db.execute("CREATE INDEX temp.stand_id ON stand (id, fortnight)")
    db.execute(
        """INSERT INTO minhash_bands (fortnight, band, hash, article_id)
           SELECT s.fortnight, b.band, b.hash, b.article_id
           FROM minhash_bands_before b CROSS JOIN stand s ON s.id = b.article_id ORDER BY 1, 2, 3, 4"""
    )
    db.execute("DROP TABLE temp.stand")
    db.execute("DROP TABLE minhash_bands_before")
