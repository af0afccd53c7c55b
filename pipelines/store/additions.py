"""What people add to an article because the tagger missed it: officials, places and agreements.

A decision whose key begins with ADDED and that has nothing `before` adds something; later ones with the same key put it
right or take it away. It holds through every reading. Where the tagger finds the same by itself later, the people's
word stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nlp.records import Agreement, Mention, Official, Place
from pipelines.store.decisions import AGREEMENT, OFFICIAL, PLACE, Decision
from pipelines.store.who_is_who import name_key

ADDED = "+"
ADDABLE = (OFFICIAL, PLACE, AGREEMENT)
LABELS = {OFFICIAL: "PER", PLACE: "GPE", AGREEMENT: "AGR"}
MOST_MENTIONS = 50  # of one thing that are marked in a text


def key_of(kind: str, after: Mapping[str, Any]) -> str:
    """The key in the ledger of something that is added."""
    named = [str(after["text" if kind == AGREEMENT else "name"]), *(after["parties"] if kind == AGREEMENT else ())]
    return ADDED + " ".join(map(name_key, named))


def made(kind: str, after: Mapping[str, Any]) -> Official | Place | Agreement:
    """A thing of what the ledger keeps of it."""
    if kind == OFFICIAL:
        return Official(after["name"], after["title"], after["organisation"], status=after["status"])
    if kind == PLACE:
        return Place(after.get("text") or after["name"], after["name"], after["kind"], after["code"])
    parties = tuple(after["parties"])
    return Agreement(
        type=after["type"],
        text=after["text"],
        parties=parties,
        subject=after["subject"],
        date=after["date"],
        place=after["place"],
        status=after["status"],
        parties_known=len(parties) > 1,
    )


def added(words: Sequence[Decision], article_id: int) -> Iterator[tuple[str, str, Any, Any, Decision]]:
    """(kind, key, as it was added, as it is now or None, the last decision about it) of what stands added."""
    groups: dict[tuple[str, str], list[Decision]] = {}
    for word in words:
        if word.article_id == article_id and word.key.startswith(ADDED) and word.kind in ADDABLE:
            groups.setdefault((word.kind, word.key), []).append(word)
    for (kind, key), said in groups.items():
        first = next((word for word in said if not word.before and word.after), None)
        if first is None or first.after is None:  # the addition was taken back
            continue
        last = said[-1]
        now = None
        if last.after is not None and last.after.get("official", True):
            now = made(kind, dict(first.after) | dict(last.after))
        yield kind, key, made(kind, first.after), now, last


def is_same(kind: str, read: Any, told: Any) -> bool:
    """Whether the tagger has found by itself what people added."""
    if kind == OFFICIAL:
        return name_key(read.name) == name_key(told.name)
    if kind == PLACE:
        return bool(read.code) and read.code == told.code
    mine, theirs = ({name_key(party) for party in one.parties} for one in (told, read))
    return bool(read.type == told.type and mine and theirs and (mine <= theirs or theirs <= mine))


def mentions_of(kind: str, told: Any, text_of: Mapping[str, str], there: Sequence[Mention]) -> Iterator[Mention]:
    """Where the name of an added thing stands in title and text, as a word, and nothing of its label does yet."""
    label, name = LABELS[kind], told.name if kind == OFFICIAL else told.text
    count = 0
    for field, text in text_of.items():
        taken = [(one.start, one.end) for one in there if one.label == label and one.field == field]
        start = text.find(name)
        while start >= 0 and count < MOST_MENTIONS:
            end = start + len(name)
            alone = not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
            if alone and not any(begin < end and start < stop for begin, stop in taken):
                yield Mention(label, field, start, end, name)
                count += 1
            start = text.find(name, end)
