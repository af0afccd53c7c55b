"""Who changed a field of a kliping last, for whoever wants something else there."""

from __future__ import annotations

import sqlite3

from pipelines.desk.kliping import TONE_FIELDS, Kliping
from pipelines.store.decisions import KLIPING, UNDO

LAST = f"""SELECT d.author FROM decisions d
           WHERE d.article_id IS NULL AND d.key = :key
           AND EXISTS (SELECT 1 FROM json_each(d.after) WHERE json_each.key = :field)
           AND (d.kind = '{KLIPING}' OR d.kind = '{UNDO}' AND EXISTS (
                  SELECT 1 FROM decisions u WHERE u.id = d.undoes AND u.kind = '{KLIPING}'))
           ORDER BY d.id DESC LIMIT 1"""


def changed_by(connection: sqlite3.Connection, kliping: Kliping, field: str) -> str:
    """Who wrote what a field (`values_of`) of a kliping holds; of what nobody has changed since, who made it."""
    article, _, what = field.rpartition(":")
    if what in TONE_FIELDS:
        said = [item.tone.author for item in kliping.items if str(item.article_id) == article and item.tone.author]
        return said[0] if said else kliping.changed_by
    row = connection.execute(LAST, {"key": str(kliping.id), "field": field}).fetchone()
    return str(row[0]) if row else kliping.author
