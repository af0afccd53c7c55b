"""The kliping desk: a day's articles chosen, ordered, commented and signed by people; `clip` makes files of it.

A kliping is a draft until it is signed; signing can be taken back. Everything that people change in it is an entry of
the ledger, with what was there before. Two people may work on one at once: a change is made to what its author saw, and
where somebody else has changed the same field since, the change is not made and both are told (`Clash`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zlib import crc32

from pipelines.database.open import transaction
from pipelines.desk import tone
from pipelines.desk.by_isu import largest_first
from pipelines.desk.last_kliping import dropped_sources, order_of_sources
from pipelines.desk.tone import Tone
from pipelines.desk.watch.saved import find_watch
from pipelines.errors import UserError
from pipelines.search.asked import STORY
from pipelines.search.filters import Filters
from pipelines.store import decisions
from pipelines.store.decisions import KLIPING, Decision
from pipelines.store.who_is_who import name_key
from pipelines.wording.wib import stamp_now

MOST = 200  # articles of a kliping that is made on a page
HEAD = ("name", "target", "summary", "institution", "address", "letterhead")  # what people write at the top
ITEM = ("position", "taken", "comment")
TONE_FIELDS = ("title", "body")  # of an article, towards the target of its kliping


@dataclass(frozen=True, slots=True)
class Item:
    """An article of a kliping.

    copies  the other outlets with its text
    tone    towards the kliping's target
    story   the title of its isu, where that has other articles, too
    """

    article_id: int
    position: int
    taken: bool
    comment: str
    outlet: str
    source_id: str
    title: str
    url: str
    published_at: str | None
    copies: tuple[str, ...]
    tone: Tone
    story: str | None = None


@dataclass(frozen=True, slots=True)
class Kliping:
    """A kliping as it is stored; days are YYYY-MM-DD (WIB), moments ISO 8601 (UTC)."""

    id: int
    name: str
    since: str
    until: str
    watch: str
    target: str
    summary: str
    institution: str
    address: str
    author: str
    changed_at: str
    changed_by: str
    signed_at: str | None
    signed_by: str | None
    letterhead: int = 0
    items: tuple[Item, ...] = ()

    @property
    def taken(self) -> list[Item]:
        """The articles that are in it, in order."""
        return [item for item in self.items if item.taken]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that somebody else changed since its author saw it: "summary", or "12:comment" of article 12."""

    where: str
    stored: str
    typed: str


COLUMNS = (
    "id, name, since, until, watch, target, summary, institution, address, author, changed_at, changed_by, "
    "signed_at, signed_by, letterhead"
)


def klipings(connection: sqlite3.Connection, most: int = 100) -> list[Kliping]:
    """The klipings without their articles, the newest first."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM klipings ORDER BY id DESC LIMIT ?", (most,))
    return [Kliping(*row) for row in rows]


def count(connection: sqlite3.Connection) -> int:
    """How many klipings there are."""
    (number,) = connection.execute("SELECT count(*) FROM klipings").fetchone()
    return int(number)


def drafts(connection: sqlite3.Connection, most: int = 10) -> list[Kliping]:
    """The newest klipings that nobody has signed, without their articles."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM klipings WHERE signed_at IS NULL ORDER BY id DESC LIMIT ?", (most,)
    )
    return [Kliping(*row) for row in rows]


def find(connection: sqlite3.Connection, number: int) -> Kliping | None:
    """A kliping with its articles in order, or None."""
    row = connection.execute(f"SELECT {COLUMNS} FROM klipings WHERE id = ?", (number,)).fetchone()
    if row is None:
        return None
    kliping = Kliping(*row)
    rows = connection.execute(
        """SELECT i.article_id, i.position, i.taken, i.comment, coalesce(s.name, a.source_id, '?'),
                  coalesce(a.source_id, ''), a.title, a.url, a.published_at,
                  (SELECT json_group_array(DISTINCT coalesce(t.name, c.source_id)) FROM articles c
                   LEFT JOIN sources t ON t.id = c.source_id
                   WHERE c.duplicate_of = coalesce(a.duplicate_of, a.id) AND c.id <> a.id),
                  (SELECT i.title FROM isu_articles m JOIN isu i ON i.id = m.isu_id
                   WHERE m.article_id = a.id AND i.articles > 1),
                  coalesce(n.title, ''), coalesce(n.body, ''), coalesce(n.author, '')
           FROM kliping_items i JOIN articles a ON a.id = i.article_id LEFT JOIN sources s ON s.id = a.source_id
           LEFT JOIN tones n ON n.article_id = a.id AND n.target = :target
           WHERE i.kliping_id = :id ORDER BY i.position, i.article_id""",
        {"id": number, "target": name_key(kliping.target)},
    )
    return replace(kliping, items=tuple(_item(kliping, *row) for row in rows))


def _item(kliping: Kliping, article: int, place: int, taken: int, comment: str, *about: Any) -> Item:
    """An article of a kliping from its row."""
    outlet, source, headline, url, published_at, copies, story, title, body, author = about
    others = tuple(json.loads(copies))
    said = Tone(kliping.target, title, body, author)
    return Item(article, place, bool(taken), comment, outlet, source, headline, url, published_at, others, said, story)


def create(
    connection: sqlite3.Connection,
    name: str,
    since: date,
    until: date,
    author: str,
    *,
    watch: str = "",
    target: str = "",
    institution: str = "",
    address: str = "",
    sources: Sequence[str] = (),
    story: int = 0,
) -> int:
    """A new draft of the news of some days, copies folded; its number.

    sources, story  only of these outlets (ids), and of this isu; all where none is named
    What was left out of the last kliping of the same watch, a source as a whole, is not ticked at first; the articles
    of an isu stand in the order of outlets that people gave them there. Raises UserError where there is nothing to
    clip, no such watch, or the days are the wrong way round.
    """
    if since > until:
        raise UserError("the first day is after the last")
    filters = find_watch(connection, watch).filters if watch else Filters()
    last = connection.execute(
        "SELECT id, target, institution, address, letterhead FROM klipings WHERE watch = ? ORDER BY id DESC LIMIT 1",
        (watch,),
    ).fetchone()
    order = order_of_sources(connection, watch)
    articles = _articles(connection, replace(filters, since=since, until=until), sources, story, order)
    if not articles:
        raise UserError("there is no news in these days")
    dropped = dropped_sources(connection, last[0]) if last else set()
    now = stamp_now()
    with transaction(connection):
        cursor = connection.execute(
            """INSERT INTO klipings (name, since, until, watch, target, institution, address, letterhead, made_at,
                                     author, changed_at, changed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                *(name, since.isoformat(), until.isoformat(), watch, target or (last[1] if last else "")),
                *(institution or (last[2] if last else ""), address or (last[3] if last else "")),
                *(last[4] if last else 0, now, author, now, author),
            ),
        )
        number = int(cursor.lastrowid or 0)
        connection.executemany(
            "INSERT INTO kliping_items (kliping_id, article_id, position, taken) VALUES (?, ?, ?, ?)",
            [
                (number, article, place, int(source not in dropped))
                for place, (article, source) in enumerate(articles[:MOST], 1)
            ],
        )
        _record(connection, number, author, {}, {"name": name, "articles": len(articles[:MOST])})
    return number


def _articles(
    connection: sqlite3.Connection, filters: Filters, sources: Sequence[str], story: int, order: Mapping[str, int]
) -> list[tuple[int, str]]:
    """(article, its source) of the news that pass the filters, of copies the earliest.

    Articles of one story stand together, the stories of most articles first, each by the order of outlets and time.
    """
    where, values = filters.where()
    where += " AND a.source_id IN (SELECT value FROM json_each(:outlets))" * bool(sources)
    where += f" AND a.id IN (SELECT article_id FROM isu_articles WHERE isu_id = {STORY})" * bool(story)
    values |= {"outlets": json.dumps([*sources]), "story": story}
    rows = connection.execute(
        f"""SELECT a.id, coalesce(a.duplicate_of, a.id), coalesce(a.source_id, ''),
                   (SELECT isu_id FROM isu_articles m WHERE m.article_id = a.id) FROM articles a
            WHERE a.kind = 'news' AND {where} ORDER BY a.published_at, a.id""",
        values,
    )
    found: dict[int, tuple[int, str, int | None]] = {}
    for article, original, source, story in rows:
        if original not in found or article == original:
            found[original] = (article, source, story)
    by_outlet = sorted(found.values(), key=lambda one: order.get(one[1], len(order)))
    return [(article, source) for article, source, _ in largest_first(by_outlet, lambda one: one[2])]


def last_letterhead(connection: sqlite3.Connection, watch: str) -> int:
    """The letterhead of the last kliping of a watch; 0 for none."""
    row = connection.execute(
        "SELECT letterhead FROM klipings WHERE watch = ? ORDER BY id DESC LIMIT 1", (watch,)
    ).fetchone()
    return int(row[0]) if row else 0


def values_of(kliping: Kliping) -> dict[str, str]:
    """The fields of a kliping as a form sends them: "summary", "12:comment", and towards a target "12:title", ..."""
    found = {name: str(getattr(kliping, name)) for name in HEAD}
    for item in kliping.items:
        values = {"position": str(item.position), "taken": str(int(item.taken)), "comment": item.comment}
        if kliping.target:
            values |= {"title": item.tone.title, "body": item.tone.body}
        found |= {f"{item.article_id}:{name}": value for name, value in values.items()}
    return found


def mark(value: str) -> str:
    """What a form keeps of a value that it showed, to tell whether it has changed since."""
    return f"{crc32(value.encode('utf-8', 'replace')):x}"


def change(
    connection: sqlite3.Connection, number: int, seen: Mapping[str, str], wanted: Mapping[str, str], author: str
) -> list[Clash]:
    """Make the changes that nobody else made something else of since; those that somebody did, which were not made.

    seen    by field (`values_of`) the `mark` of what its author saw
    wanted  by field what it is to be; a field that is as it was seen is not changed
    Raises UserError for a kliping that is not there, that is signed, or for what a field cannot be.
    """
    with transaction(connection):
        kliping = find(connection, number)
        if kliping is None:
            raise UserError("there is no such kliping")
        if kliping.signed_at:
            raise UserError("this kliping is signed; take the signature back to change it")
        stored = values_of(kliping)
        clashes, made = [], {}
        for name, value in wanted.items():
            if name not in stored or stored[name] == value or mark(value) == seen.get(name):
                continue
            _require_possible(name, value)
            if mark(stored[name]) != seen.get(name):
                clashes.append(Clash(name, stored[name], value))
            else:
                made[name] = value
        own = {name: value for name, value in made.items() if name.rpartition(":")[2] not in TONE_FIELDS}
        _write(connection, number, own)
        if own:
            _record(connection, number, author, {name: stored[name] for name in own}, own)
        if made:
            connection.execute(
                "UPDATE klipings SET changed_at = ?, changed_by = ? WHERE id = ?", (stamp_now(), author, number)
            )
    for item in kliping.items:
        heard = (item.tone.title, item.tone.body)
        title = made.get(f"{item.article_id}:title", heard[0])
        body = made.get(f"{item.article_id}:body", heard[1])
        if (title, body) != heard:
            copies = tone.copies_of(connection, item.article_id)
            tone.set_tone(connection, [item.article_id, *copies], Tone(kliping.target, title, body, author))
    return clashes


def _require_possible(name: str, value: str) -> None:
    """Raise UserError for a place in the order that is no number, and for a tone that is none."""
    field = name.rpartition(":")[2]
    if field == "position" and not (value.isascii() and value.isdigit() and len(value) < 6):
        raise UserError(f"{value!r}: a place in the order is a number")
    if field == "letterhead" and not (value.isascii() and value.isdigit() and len(value) < 16):
        raise UserError("choose one of the letterheads")
    if ":" in name and field in TONE_FIELDS and value not in (*tone.TONES, ""):
        raise UserError(f"{value!r}: is no tone; one of {', '.join(tone.TONES)}")


def sign(connection: sqlite3.Connection, number: int, author: str, *, signed: bool = True) -> None:
    """Sign a kliping, after which nobody changes it, or take the signature back.

    Raises UserError where that cannot be.
    """
    with transaction(connection):
        row = connection.execute("SELECT signed_by FROM klipings WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise UserError("there is no such kliping")
        if bool(row[0]) == signed:
            raise UserError("this kliping is signed" if signed else "this kliping is not signed")
        connection.execute(
            "UPDATE klipings SET signed_at = ?, signed_by = ? WHERE id = ?",
            (stamp_now() if signed else None, author if signed else None, number),
        )
        _record(connection, number, author, {"signed": row[0] or ""}, {"signed": author if signed else ""})


def add_article(connection: sqlite3.Connection, number: int, article_id: int, author: str) -> None:
    """Put an article at the end of a draft. Raises UserError where it cannot be."""
    with transaction(connection):
        kliping = find(connection, number)
        if kliping is None or kliping.signed_at:
            raise UserError("this kliping is signed" if kliping else "there is no such kliping")
        if not connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone():
            raise UserError("there is no such article")
        if len(kliping.items) >= MOST:
            raise UserError(f"a kliping holds {MOST} articles")
        connection.execute(
            """INSERT INTO kliping_items (kliping_id, article_id, position) VALUES (:number, :article,
                 (SELECT coalesce(max(position), 0) + 1 FROM kliping_items WHERE kliping_id = :number))
               ON CONFLICT DO UPDATE SET taken = 1""",
            {"number": number, "article": article_id},
        )
        _record(connection, number, author, {}, {f"{article_id}:taken": "1"})
        _touch(connection, number, author)


def undo(connection: sqlite3.Connection, undone: Decision) -> None:
    """Give the fields of a change of a kliping back what they had, inside the caller's transaction.

    Raises UserError for one that was not a change of fields, or where somebody has changed them again since.
    """
    number, before, after = int(undone.key), undone.before, undone.after or {}
    if "signed" in after or not before:
        raise UserError("this is taken back on the page of the kliping")
    kliping = find(connection, number)
    if kliping and kliping.signed_at:
        raise UserError("this kliping is signed; take the signature back to change it")
    stored = values_of(kliping) if kliping else {}
    if any(stored.get(name) != value for name, value in after.items()):
        raise UserError("it was changed again since")
    _write(connection, number, before)


def _write(connection: sqlite3.Connection, number: int, values: Mapping[str, Any]) -> None:
    """Write fields, named as `values_of` names them."""
    for name, value in values.items():
        article, _, column = name.rpartition(":")
        if not article and column in HEAD:
            connection.execute(f"UPDATE klipings SET {column} = ? WHERE id = ?", (value, number))
        elif article and column in ITEM:
            connection.execute(
                f"UPDATE kliping_items SET {column} = ? WHERE kliping_id = ? AND article_id = ?",
                (value if column == "comment" else int(value), number, int(article)),
            )


def _record(
    connection: sqlite3.Connection, number: int, author: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    decisions.add(connection, KLIPING, author, article_id=None, key=str(number), before=before, after=after)


def _touch(connection: sqlite3.Connection, number: int, author: str) -> None:
    connection.execute("UPDATE klipings SET changed_at = ?, changed_by = ? WHERE id = ?", (stamp_now(), author, number))
