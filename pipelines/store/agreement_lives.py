"""The life of an agreement over articles: talked about, planned, signed, followed up, ended.

Tellings of one agreement (pipelines/store/same_agreement.py) are one step. Steps belong to one life when they share two
parties and are about the same, the later one within YEARS of the earlier. A cooperation agreement (PKS) behind a
memorandum of the same parties follows it up. `agreements.life` is the first agreement of the life, and
`agreement_lives` holds one row a life, written anew whenever one of its agreements is.
"""

from __future__ import annotations

import sqlite3
from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from nlp.records import Agreement
from pipelines.database.open import transaction
from pipelines.store.same_agreement import LATEST, subject_words

YEARS = 3  # between one step and the next; the usual term of an MoU is one to five years
UNSAID = 365  # days within which two agreements are one where one of them does not say what it is about
SHARED_PARTIES = 2
ABOUT = 0.4  # share of the shorter subject's words that two steps must have in common
AT_ONCE = 500  # agreements of an older database that one transaction links
MOST_COMPARED = 40  # earlier agreements of the same parties that are looked at, the latest
# The stages of a life in their order; the type of a later agreement may make it a follow-up.
DISCUSSED, PLANNED, SIGNED, FOLLOWED, ENDED = "dibahas", "direncanakan", "ditandatangani", "ditindaklanjuti", "berakhir"
STAGES = (DISCUSSED, PLANNED, SIGNED, FOLLOWED, ENDED)
STAGE_OF = {
    "dibahas": DISCUSSED,
    "direncanakan": PLANNED,
    "ditandatangani": SIGNED,
    "berlaku": SIGNED,
    "diperpanjang": FOLLOWED,
    "berakhir": ENDED,
}
FRAMES = ("MoU", "LoI", "kesepakatan")  # under which a PKS is made
UNDER = ("PKS", "perjanjian")


def link(connection: sqlite3.Connection, agreement_id: int) -> None:
    """Find the life that a newly stored agreement belongs to, and write it anew."""
    write(connection, _join(connection, agreement_id))


def _join(connection: sqlite3.Connection, agreement_id: int) -> int:
    """Find the life that an agreement belongs to, and note it with the agreement."""
    same, life = connection.execute("SELECT same_as, life FROM agreements WHERE id = ?", (agreement_id,)).fetchone()
    if same is not None:
        life = connection.execute("SELECT coalesce(life, id) FROM agreements WHERE id = ?", (same,)).fetchone()[0]
    else:
        life = _earlier(connection, agreement_id) or agreement_id
    connection.execute("UPDATE agreements SET life = ? WHERE id = ?", (life, agreement_id))
    return int(life)


def end_of(told: Agreement) -> str | None:
    """The last day on which an agreement holds, as far as its text tells: its end, or its signing and how long."""
    if told.until:
        return _last_day(told.until)
    if not (told.months and told.date):
        return None
    signed = _last_day(told.date)
    if signed is None:
        return None
    day = date.fromisoformat(signed)
    months = day.year * 12 + day.month - 1 + told.months
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).isoformat() if year < 9999 else None


def _last_day(partial: str) -> str | None:
    """The last day of "2029", "2029-06" or a day; None for what is no date."""
    try:
        year, month, day = (*map(int, partial.split("-")), 0, 0)[:3]
        month = month or 12
        return date(year, month, day or monthrange(year, month)[1]).isoformat()
    except ValueError:
        return None


def _earlier(connection: sqlite3.Connection, agreement_id: int) -> int | None:
    """The life of the latest agreement that this one goes on with; None where it begins one."""
    keys = [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT key FROM agreement_parties WHERE agreement_id = ? AND key <> ''", (agreement_id,)
        )
    ]
    if len(keys) < SHARED_PARTIES:
        return None
    latest = " UNION ALL ".join(
        ["SELECT * FROM (SELECT agreement_id, key FROM agreement_parties WHERE key = ? ORDER BY rowid DESC LIMIT ?)"]
        * len(keys)
    )
    kind, subject = connection.execute("SELECT type, subject FROM agreements WHERE id = ?", (agreement_id,)).fetchone()
    rows = connection.execute(
        f"""SELECT coalesce(g.life, g.id), g.type, g.subject,
                   abs(julianday(coalesce(a.published_date, a.first_seen))
                       - julianday(coalesce(b.published_date, b.first_seen))) AS days
            FROM (SELECT agreement_id FROM ({latest})
                  GROUP BY agreement_id HAVING count(DISTINCT key) >= {SHARED_PARTIES}) AS told
            CROSS JOIN agreements g ON g.id = told.agreement_id
            CROSS JOIN articles a INDEXED BY articles_card ON a.id = g.article_id
            JOIN agreements mine ON mine.id = ? JOIN articles b ON b.id = mine.article_id
            WHERE g.life IS NOT NULL AND g.id <> mine.id AND g.article_id <> mine.article_id AND days <= {YEARS * 366}
            ORDER BY days, g.id LIMIT {MOST_COMPARED}""",
        [*(value for key in keys for value in (key, LATEST)), agreement_id],
    )
    for life, other_kind, other_subject, days in rows:
        if _goes_on(kind, other_kind) and _about_the_same(subject, other_subject, days):
            return int(life)
    return None


def _goes_on(kind: str, other: str) -> bool:
    """Whether agreements of these types can be steps of one life, whichever is told first."""
    framed = (kind in UNDER and other in FRAMES) or (other in UNDER and kind in FRAMES)
    return kind == other or framed or {kind, other} == {"LoI", "MoU"}


def _about_the_same(subject: str | None, other: str | None, days: float) -> bool:
    one, two = subject_words(subject), subject_words(other)
    if not one or not two:
        return days <= UNSAID
    return len(one & two) >= ABOUT * min(len(one), len(two))


def unlink(connection: sqlite3.Connection, agreement_ids: Iterable[int]) -> set[int]:
    """Prepare the deletion of rows: a life whose first agreement goes begins with the next one.

    Gives the lives that are to be written anew once the rows are gone.
    """
    touched = set()
    for gone in agreement_ids:
        (life,) = connection.execute("SELECT coalesce(life, id) FROM agreements WHERE id = ?", (gone,)).fetchone()
        if life == gone:
            heir = connection.execute(
                "SELECT min(id) FROM agreements WHERE life = ? AND id <> ?", (gone, gone)
            ).fetchone()[0]
            connection.execute("UPDATE agreements SET life = ? WHERE life = ?", (heir, gone))
            connection.execute("DELETE FROM agreement_lives WHERE life = ?", (gone,))
            life = heir
        if life is not None:
            touched.add(int(life))
    return touched


def write(connection: sqlite3.Connection, life: int) -> None:
    """Write the row of a life from its agreements; none of a life that has none any more."""
    rows = connection.execute(
        """SELECT g.id, g.type, g.status, g.same_as IS NULL, coalesce(a.published_date, substr(a.first_seen, 1, 10)),
                  g.ends, g.confidence
           FROM agreements g CROSS JOIN articles a INDEXED BY articles_card ON a.id = g.article_id
           WHERE g.life = ? ORDER BY 5, g.id""",
        (life,),
    ).fetchall()
    connection.execute("DELETE FROM agreement_lives WHERE life = ?", (life,))
    if not rows:
        return
    stages = stages_of([(kind, status) for _, kind, status, *_ in rows])
    ends = next((row[5] for row in reversed(rows) if row[5]), None)
    connection.execute(
        """INSERT INTO agreement_lives (life, stage, first_day, last_day, tellings, steps, ends, confidence)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            *(life, max(stages, key=STAGES.index), rows[0][4], rows[-1][4], len(rows), sum(row[3] for row in rows)),
            *(ends, max((row[6] for row in rows if row[6] is not None), default=None)),
        ),
    )


def stages_of(told: Iterable[tuple[str, str]]) -> list[str]:
    """The stage of each step of a life, of whose (type, status) in the order of time.

    A cooperation agreement that is signed behind a memorandum of the life follows it up.
    """
    stages, framed = [], False
    for kind, status in told:
        stage = STAGE_OF.get(status, DISCUSSED)
        if stage == SIGNED and framed and kind in UNDER:
            stage = FOLLOWED
        framed = framed or (kind in FRAMES and stage == SIGNED)
        stages.append(stage)
    return stages


def link_those_without(connection: sqlite3.Connection) -> None:
    """Find the lives of agreements that an older Pantau stored, so many a transaction, the earliest article first."""
    while True:
        older = connection.execute(
            f"SELECT id FROM agreements WHERE life IS NULL ORDER BY id LIMIT {AT_ONCE}"
        ).fetchall()
        if not older:
            return
        with transaction(connection):
            for life in {_join(connection, agreement_id) for (agreement_id,) in older}:
                write(connection, life)
