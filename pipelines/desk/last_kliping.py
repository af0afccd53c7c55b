"""What people chose in the last kliping, which the next one offers: outlets that were left out, and their order."""

from __future__ import annotations

import sqlite3
from itertools import groupby

from pipelines.store.decisions import KLIPING

ENOUGH = 2  # articles of a source that were all left out: the source as a whole was


def dropped_sources(connection: sqlite3.Connection, number: int) -> set[str]:
    """The sources of which a kliping took nothing, though it was offered ENOUGH."""
    rows = connection.execute(
        f"""SELECT coalesce(a.source_id, '') FROM kliping_items i JOIN articles a ON a.id = i.article_id
           WHERE i.kliping_id = ? GROUP BY 1 HAVING max(i.taken) = 0 AND count(*) >= {ENOUGH}""",
        (number,),
    )
    return {row[0] for row in rows}


def order_of_sources(connection: sqlite3.Connection, watch: str) -> dict[str, int]:
    """By source its place in the last kliping of a watch that people put in another order; empty where there is none.

    The places are those of the sources' articles, in the mean, each counted from 0, first of its isu (or of what stands
    alone), to 1, last. That people moved something stands in the ledger.
    """
    rows = connection.execute(
        """SELECT coalesce(m.isu_id, 0), coalesce(a.source_id, '')
           FROM kliping_items i JOIN articles a ON a.id = i.article_id LEFT JOIN isu_articles m ON m.article_id = a.id
           WHERE i.taken AND i.kliping_id =
                 (SELECT k.id FROM klipings k JOIN decisions d ON d.kind = :kind AND d.key = CAST(k.id AS TEXT)
                  WHERE k.watch = :watch AND d.after LIKE '%:position"%' ORDER BY k.id DESC LIMIT 1)
           ORDER BY 1, i.position, i.article_id""",
        {"watch": watch, "kind": KLIPING},
    ).fetchall()
    places: dict[str, list[float]] = {}
    for _, group in groupby(rows, key=lambda row: row[0]):
        told = [source for _, source in group]
        for place, source in enumerate(told):
            if len(told) > 1:
                places.setdefault(source, []).append(place / (len(told) - 1))
    ordered = sorted(places, key=lambda source: (sum(places[source]) / len(places[source]), source))
    return {source: place for place, source in enumerate(ordered)}
