"""What people's decisions make of an article: its tags, title, day and kind as the machine read them, put right.

Everything here is pure but `hear` and `hear_article`, by which the store asks the ledger before it writes rows, and
which keep what the machine read of an article that people decided about.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, NamedTuple

from nlp.as_json import tags_from_json, tags_to_json
from nlp.records import Agreement, Mention, Official, Place, Promise, Tags
from pipelines.records import Article
from pipelines.store import additions, decisions
from pipelines.store.decisions import (
    AGREEMENT,
    DAY,
    KIND,
    OFFICIAL,
    ORGANISATION,
    PLACE,
    PROMISE,
    TITLE,
    Decision,
    Values,
)
from pipelines.store.who_is_who import name_key
from pipelines.wording.wib import WIB, stamp

FIELDS = ("title", "kind", "published_at", "published_date", "date_source")
BY_PEOPLE = "person"  # the date_source of a day that people decided
EVERY = "#0"  # at the end of a key: every agreement of that name
AROUND = 80  # characters before and behind a name in which the right one is looked for


class Thing(NamedTuple):
    """Something that the machine read: kind and key in the ledger, as it was read, and as people have it or None."""

    kind: str
    key: str
    read: Any
    told: Any
    word: Decision | None = None  # by which it is so


def things(tags: Tags, words: Sequence[Decision], article_id: int) -> list[Thing]:
    """All that the machine read in an article and people may have decided about, each as they have it."""
    readers = (officials, places, agreements, organisations, promises)
    own = [Thing(*one) for one in additions.added(words, article_id)]
    found = [thing for read in readers for thing in read(tags, words, article_id)]
    return [t for t in found if not any(o.kind == t.kind and _supersedes(o, t) for o in own)] + own


def _supersedes(own: Thing, read: Thing) -> bool:
    """Whether what people added stands for something that the machine has found by itself since."""
    return own.told is not None and read.word is None and additions.is_same(own.kind, read.read, own.told)


def officials(tags: Tags, words: Sequence[Decision], article_id: int) -> list[Thing]:
    """The officials of the machine, each as people have it."""
    found = []
    for read in tags.officials:
        key = name_key(read.name)
        word = _last(words, OFFICIAL, key, article_id, official_values(read))
        told: Official | None = read
        if word:
            told = None
            if word.after and word.after.get("official", True):
                after = word.after
                told = replace(
                    read,
                    name=after.get("name") or read.name,
                    title=after.get("title") or None,
                    organisation=after.get("organisation") or None,
                    status=after.get("status") or read.status,
                    aliases=read.aliases if after.get("name") in (None, "", read.name) else (),
                )
        found.append(Thing(OFFICIAL, key, read, told, word))
    return found


def places(tags: Tags, words: Sequence[Decision], article_id: int) -> list[Thing]:
    """The places of the machine, each as people have it."""
    found = []
    for read in tags.places:
        key = name_key(read.text)
        word = _last(words, PLACE, key, article_id, place_values(read))
        told: Place | None = read
        if word:
            told = replace(read, country=None, **word.after) if word.after else None
        found.append(Thing(PLACE, key, read, told, word))
    return found


def agreements(tags: Tags, words: Sequence[Decision], article_id: int) -> list[Thing]:
    """The agreements of the machine, each as people have it; the key says which of those with the same name it is."""
    found, seen = [], Counter[str]()
    for read in tags.agreements:
        name = name_key(read.text)
        seen[name] += 1
        key = f"{name}#{seen[name]}"
        said = [w for k in (key, f"{name}{EVERY}") if (w := _last(words, AGREEMENT, k, article_id, {}))]
        word = max(said, key=lambda one: one.id, default=None)
        told: Agreement | None = read
        if word and word.after is None:
            told = None
        elif word and word.after is not None:
            parties = tuple(word.after["parties"])
            told = replace(
                read,
                type=word.after["type"],
                subject=word.after["subject"],
                date=word.after["date"],
                place=word.after["place"],
                status=word.after["status"],
                parties=parties,
                parties_known=len(parties) > 1,
                confidence=1.0,
            )
        found.append(Thing(AGREEMENT, key, read, told, word))
    return found


def organisations(tags: Tags, words: Sequence[Decision], article_id: int) -> list[Thing]:
    """The names of institutions that the machine read, each once; as people have it: its name, or none."""
    found: dict[str, Thing] = {}
    for mention in tags.mentions:
        key = name_key(mention.text)
        if mention.label == "ORG" and key and key not in found:
            word = _last(words, ORGANISATION, key, article_id, {})
            told = (word.after["text"] if word.after else None) if word else mention.text
            found[key] = Thing(ORGANISATION, key, mention.text, told, word)
    return list(found.values())


def promises(tags: Tags, words: Sequence[Decision], article_id: int) -> list[Thing]:
    """The promises of the machine, each as people have it: none, or with what became of it."""
    found = []
    for read in tags.promises:
        key = name_key(read.text)
        word = _last(words, PROMISE, key, article_id, {})
        told: Promise | None = read
        if word:
            told = replace(read, state=word.after.get("state") or "") if word.after is not None else None
        found.append(Thing(PROMISE, key, read, told, word))
    return found


def promise_values(promise: Promise) -> dict[str, Any]:
    """What the ledger keeps of a promise."""
    return {name: getattr(promise, name) for name in ("text", "who", "due", "state")}


def official_values(official: Official) -> dict[str, Any]:
    """What the ledger keeps of an official."""
    return {name: getattr(official, name) for name in ("name", "title", "organisation", "status")}


def place_values(place: Place) -> dict[str, Any]:
    """What the ledger keeps of a place."""
    return {"text": place.text, "name": place.name, "kind": place.kind, "code": place.code}


def agreement_values(agreement: Agreement) -> dict[str, Any]:
    """What the ledger keeps of an agreement."""
    names = ("type", "text", "subject", "date", "place", "status")
    return {name: getattr(agreement, name) for name in names} | {"parties": list(agreement.parties)}


def _last(words: Sequence[Decision], kind: str, key: str, article_id: int, shown: Values) -> Decision | None:
    """The decision about a thing that counts: the last one about this article, or else the last about it everywhere.

    shown  what the machine read of it; a decision everywhere is about one mistake, and may follow upon another one
    """
    same = [word for word in words if (word.kind, word.key) == (kind, key)]
    here = [word for word in same if word.article_id == article_id]
    if here:
        return here[-1]
    found, values = None, dict(shown)
    for word in same:
        if word.everywhere and word.is_about(values):
            found, values = word, values | dict(word.after or {})
    return found


def heard(tags: Tags, text_of: Mapping[str, str], told: Sequence[Thing]) -> Tags:
    """The tags as people have them.

    text_of  {"title": ..., "text": ...} of the article as people have it
    told     what `things` gives of the tags
    """
    people, where, signed, bodies, promised = (
        [t for t in told if t.kind == k] for k in (OFFICIAL, PLACE, AGREEMENT, ORGANISATION, PROMISE)
    )
    mentions = list(_found_again(tags.mentions, text_of))
    quotes = tags.quotes
    for thing in people:
        names = {name_key(name) for name in (thing.read.name, *thing.read.aliases)}
        if thing.word and thing.word.after is None:
            mentions = [m for m in mentions if not (m.label == "PER" and name_key(m.text) in names)]
            quotes = tuple(replace(q, name=None) if q.name == thing.read.name else q for q in quotes)
        elif thing.told is not None and thing.told.name != thing.read.name:
            mentions = list(_renamed(mentions, "PER", thing.read.name, thing.told.name, text_of))
            quotes = tuple(replace(q, name=thing.told.name) if q.name == thing.read.name else q for q in quotes)
    for thing in bodies:
        if thing.told is not None and thing.told != thing.read:
            mentions = list(_renamed(mentions, "ORG", thing.read, thing.told, text_of))
    gone = {"GPE": {t.key for t in where if t.told is None}, "ORG": {t.key for t in bodies if t.told is None}}
    gone["LOC"] = gone["GPE"]
    kept = {name_key(t.told.text) for t in signed if t.told is not None}
    gone["AGR"] = {name_key(t.read.text) for t in signed if t.told is None} - kept
    named = {name_key(t.told.text) for t in where if t.told is not None}
    gone = {label: keys - named if label in ("GPE", "LOC") else keys for label, keys in gone.items()}
    mentions = [m for m in mentions if name_key(m.text) not in gone.get(m.label, ())]
    for thing in told:
        if thing.key.startswith(additions.ADDED) and thing.told is not None:
            mentions += additions.mentions_of(thing.kind, thing.told, text_of, mentions)
    return replace(
        tags,
        mentions=tuple(mentions),
        officials=tuple(t.told for t in people if t.told is not None),
        places=tuple(t.told for t in where if t.told is not None),
        agreements=tuple(t.told for t in signed if t.told is not None),
        quotes=quotes,
        promises=tuple(t.told for t in promised if t.told is not None),
    )


def _found_again(mentions: Sequence[Mention], text_of: Mapping[str, str]) -> Iterator[Mention]:
    """The mentions at their places in a title that people have changed; those that it does not have are left out."""
    for mention in mentions:
        if mention.field != "title" or text_of["title"][mention.start : mention.end] == mention.text:
            yield mention
        elif (start := text_of["title"].find(mention.text)) >= 0:
            yield replace(mention, start=start, end=start + len(mention.text))


def _renamed(
    mentions: Sequence[Mention], label: str, old: str, new: str, text_of: Mapping[str, str]
) -> Iterator[Mention]:
    """The mentions of a name at the place of the right one, which stands there or close by.

    Where it does not, a person's is left out (the official has the name), and a body's stays as it was read.
    """
    for mention in mentions:
        is_it = mention.text == old or (label == "ORG" and name_key(mention.text) == name_key(old))
        if mention.label != label or not is_it:
            yield mention
            continue
        start = _closest(mention, new, text_of[mention.field], [other for other in mentions if other != mention])
        if start is not None:
            yield replace(mention, start=start, end=start + len(new), text=new)
        elif label == "ORG":
            yield mention


def _closest(mention: Mention, name: str, text: str, others: Sequence[Mention]) -> int | None:
    """Where the name stands closest to a mention, at most AROUND characters off and on no other mention; else None."""
    found, start = [], text.find(name, max(0, mention.start - AROUND), mention.end + AROUND)
    while start >= 0:
        end = start + len(name)
        if not any(_overlap(other, mention.label, mention.field, start, end) for other in others):
            found.append(start)
        start = text.find(name, start + 1, mention.end + AROUND)
    return min(found, key=lambda one: abs(one - mention.start), default=None)


def _overlap(mention: Mention, label: str, field: str, start: int, end: int) -> bool:
    return mention.label == label and mention.field == field and mention.start < end and start < mention.end


def told_article(article: Article, words: Sequence[Decision]) -> Article:
    """The article with the title, day and kind that people gave it."""
    for word in words:
        after = word.after or {}
        if word.kind == TITLE:
            article = replace(article, title=after["title"])
        elif word.kind == KIND and after:
            article = replace(article, kind=after["kind"])
        elif word.kind == DAY:
            midnight = stamp(datetime.fromisoformat(after["day"]).replace(tzinfo=WIB))
            article = replace(
                article, published_at=midnight, published_date=after["day"], date_source=BY_PEOPLE, date_warning=None
            )
    return article


def hear_article(connection: sqlite3.Connection, article_id: int, article: Article) -> Article:
    """A stored article's new reading with the title, day and kind that people gave it."""
    words = decisions.about(connection, article_id, decisions.OF_ARTICLE, ())
    if not words:
        return article
    keep(connection, article_id, fields={name: value for name, value in asdict(article).items() if name in FIELDS})
    return told_article(article, words)


def hear(connection: sqlite3.Connection, article_id: int, text_of: Mapping[str, str], tags: Tags) -> Tags:
    """An article's new tags as people have them; what the machine says is kept, for when they take it back."""
    words = decisions.about(connection, article_id, decisions.OF_TAGS, keys_of(tags))
    if not words and reading(connection, article_id) == (None, None):
        return tags
    keep(connection, article_id, tags=tags_to_json(tags))
    told = things(tags, words, article_id)
    connection.executemany(
        "INSERT OR IGNORE INTO decision_articles (decision_id, article_id) VALUES (?, ?)",
        [(thing.word.id, article_id) for thing in told if thing.word],
    )
    return heard(tags, text_of, told)


def keys_of(tags: Tags) -> set[str]:
    """The keys of all things of which the ledger may speak."""
    found = {name_key(official.name) for official in tags.officials} | {name_key(p.text) for p in tags.places}
    found |= {f"{name_key(agreement.text)}{EVERY}" for agreement in tags.agreements}
    return found | {name_key(mention.text) for mention in tags.mentions if mention.label == "ORG"}


def reading(connection: sqlite3.Connection, article_id: int) -> tuple[dict[str, Any] | None, Tags | None]:
    """What is kept of the machine's reading of an article: (FIELDS by name, tags); None for what is not."""
    row = connection.execute("SELECT fields, tags FROM machine_readings WHERE article_id = ?", (article_id,)).fetchone()
    fields, tags = row or (None, None)
    return json.loads(fields) if fields else None, tags_from_json(json.loads(tags)) if tags else None


def keep(
    connection: sqlite3.Connection,
    article_id: int,
    *,
    fields: dict[str, Any] | None = None,
    tags: dict[str, Any] | None = None,
) -> None:
    """Keep what the machine read of an article: its fields, its tags, or both."""
    connection.execute(
        """INSERT INTO machine_readings (article_id, fields, tags) VALUES (?, ?, ?)
           ON CONFLICT DO UPDATE
           SET fields = coalesce(excluded.fields, fields), tags = coalesce(excluded.tags, tags)""",
        (article_id, *(json.dumps(value, ensure_ascii=False) if value else None for value in (fields, tags))),
    )


def forget_fields(connection: sqlite3.Connection, article_id: int) -> None:
    """Forget the machine's title, day and kind of an article, which are its own again."""
    connection.execute("UPDATE machine_readings SET fields = NULL WHERE article_id = ?", (article_id,))


def forget_reading(connection: sqlite3.Connection, article_id: int) -> None:
    """Forget the machine's reading of an article about which no decision stands any more."""
    connection.execute("DELETE FROM machine_readings WHERE article_id = ?", (article_id,))
