"""Wires: articles that copy another medium's article about a release instead of the release itself."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from pipelines.coverage.compare import Words, tile

AGENCIES = ("Antara", "Antara News", "Xinhua", "Reuters", "AFP")  # are credited without being in the catalogue
LATEST = 30  # so many articles on one release are looked at, the earliest first
# An article copies another one when at least half of it comes from there, and a tenth of it more than from the release;
# 30 % are enough where it names that medium as its source.
CLOSER, ENOUGH, CREDITED = 0.1, 0.5, 0.3
REASONS = ("lebih dekat dengan ", "mencantumkan sumber ")  # how the reasons of this module begin
# "(Antara)", "(sumber: Antara/abc)", "dikutip dari laman Antara"
CREDIT = (
    r"(?:\(\s*(?:sumber\s*:?\s*)?(?:{names})(?:\s*/[^)]{{1,40}})?\s*\)"
    r"|\b(?:dikutip|mengutip|dilansir|melansir|lansir|kutip|sumber)\b[\s:]*(?:dari|oleh|dalam)?\s*"
    r"(?:kantor\s+berita|laman|situs|harian|portal)?\s*(?:{names})\b)"
)


@dataclass(frozen=True, slots=True)
class Chain:
    """An article on a release: the medium it credits, and the earlier article of another medium that it copies."""

    article_id: int
    wire: str | None
    via_id: int | None
    via_name: str | None

    def reasons(self) -> list[str]:
        """The same in Indonesian, for people."""
        found = []
        if self.via_name:
            found.append(f"{REASONS[0]}berita {self.via_name} daripada dengan siaran pers")
        if self.wire:
            found.append(f"{REASONS[1]}{self.wire}")
        return found


def media_names(connection: sqlite3.Connection) -> dict[str, str]:
    """Source id -> name of every medium of the catalogue."""
    return dict(connection.execute("SELECT id, name FROM sources WHERE kind = 'media'").fetchall())


def credit(text: str, source_id: str | None, media: Mapping[str, str]) -> str | None:
    """The medium or agency that a text credits as its source, or None; naming itself, as datelines do, is no credit."""
    own = media.get(source_id or "", "").casefold()
    names = {name.casefold(): name for name in (*AGENCIES, *media.values()) if name.casefold() != own}
    if own.startswith("antara"):
        names = {folded: name for folded, name in names.items() if not folded.startswith("antara")}
    longest = sorted(names, key=len, reverse=True)
    alternatives = "|".join(re.escape(name) for name in longest)
    match = re.search(
        CREDIT.replace("{names}", alternatives).replace("{{", "{").replace("}}", "}"), text, re.IGNORECASE
    )
    if match is None:
        return None
    said = match[0].casefold()
    return next(names[name] for name in longest if name in said)


def chains(
    connection: sqlite3.Connection,
    release_id: int,
    changed: Collection[int],
    media: Mapping[str, str],
    words: Callable[[int], Words],
) -> Iterator[Chain]:
    """The articles with passages of a release in the order of publication: whom each credits, and whom it copies.

    `changed`: the articles whose pair with the release is new, changed or gone. Whom an article copies depends on those
    before it, so all from the first changed one on are told.
    """
    rows = connection.execute(
        """SELECT a.id, a.source_id, c.copied FROM coverage c JOIN articles a ON a.id = c.article_id
           WHERE c.release_id = ? AND c.label <> 'mention' ORDER BY coalesce(a.published_at, a.first_seen), a.id""",
        (release_id,),
    ).fetchall()
    places = {row[0]: number for number, row in enumerate(rows)}
    first = min(places.get(article_id, 0) for article_id in changed)
    for number, (article_id, source_id, copied) in enumerate(rows[first:LATEST], first):
        text = connection.execute("SELECT text FROM articles WHERE id = ?", (article_id,)).fetchone()[0]
        wire = credit(text, source_id, media)
        best, via = 0.0, None
        for other_id, other_source, _ in rows[:number]:
            named = wire is not None and media.get(other_source or "") == wire
            least = CREDITED if named else max(ENOUGH, copied + CLOSER)
            if other_source == source_id or least > 1:
                continue
            own = words(article_id)
            runs = tile(words(other_id).folded, own.folded)
            share = sum(length for _, _, length in runs) / max(1, len(own.folded))
            if share > best and share >= least:
                best, via = share, (other_id, media.get(other_source or "", other_source or "?"))
        yield Chain(article_id, wire, via[0] if via else None, via[1] if via else None)
