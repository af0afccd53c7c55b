"""Known: which stored article a page is, by its address, its canonical address, or what else it shares with it.

Sites lie about canonical addresses: some name the section, the home page or another article on every page. So such an
address counts only together with the text, or with a headline that says something. No source takes over another one's
article.
"""

from __future__ import annotations

import re
import sqlite3
from typing import NamedTuple
from urllib.parse import urlsplit

from pipelines.language.words import word_key
from pipelines.read.text_facts import MIN_WORDS, fingerprint, words_of
from pipelines.records import Article
from pipelines.store.duplicates import ALIKE, NEAR_ELSEWHERE, same_text

FIGURE = re.compile(r"\d+")
NEWEST = 60  # articles of a source without a date among which an undated one is looked for: some days' worth
FEW = 20  # rows that are compared; a section that every page names as its canonical address has thousands
TELLING = 4  # words of a headline that no second article has; "Siaran Pers" is none
SHARED_TITLE = 0.25  # of the words of both headlines: "RALAT: Bupati Tidak Ditahan, ..." for "Bupati Ditahan Jaksa"
MIDNIGHT = "T17:00:00+00:00"  # in WIB: a page that prints only the day


class Known(NamedTuple):
    """What is stored of an article that is saved again."""

    id: int
    url: str
    title: str
    text: str
    version: int
    published_at: str | None
    published_date: str | None
    date_source: str | None
    stems: str
    fingerprint: str | None
    fetched_at: str | None


COLUMNS = ", ".join(Known._fields)


def find(connection: sqlite3.Connection, article: Article) -> tuple[Known | None, bool]:
    """(the stored article that this is, whether it has moved to a new address, which has the newer text)."""
    row = connection.execute(f"SELECT {COLUMNS} FROM articles WHERE url = ?", (article.url,)).fetchone()
    if row is not None:
        return Known(*row), False
    if known := _at_canonical(connection, article):
        return known, False
    if known := _moved(connection, article):
        return known, True
    return None, False


def _at_canonical(connection: sqlite3.Connection, article: Article) -> Known | None:
    """The article of the same source that has the same canonical address, or stands there, and is the same text."""
    rows = connection.execute(
        f"""SELECT {COLUMNS} FROM articles WHERE url = :canonical AND source_id IS :source
            UNION ALL SELECT * FROM (SELECT {COLUMNS} FROM articles
              WHERE canonical_url = :canonical AND title = :title AND url <> :canonical AND source_id IS :source
              ORDER BY id LIMIT {FEW})""",
        {"canonical": article.canonical_url, "source": article.source_id, "title": article.title},
    ).fetchall()
    named = len(word_key(article.title).split()) >= TELLING
    for known in (Known(*columns) for columns in rows):
        titled, stands_there = known.title == article.title, known.url == article.canonical_url
        if (titled and named) or ((titled or stands_there) and _same_words(known.text, article.text)):
            return known
    return None


def _moved(connection: sqlite3.Connection, article: Article) -> Known | None:
    """The article that got this new address: the headline was corrected, and with it the address (its slug).

    It is the same source's, of the very same minute of publication, nearly the same text and headline, and was found
    in an earlier run. Two of a series that appear at one minute are found in one run. Where only the day is known, the
    text must be nearer, or the address has the same long number: a newsroom's follow-ups of a day share half of it.
    Where neither has a date, only the source's newest are looked at; text and headline are nearly the same and have the
    same figures, since a series without dates ("Jadwal Layanan Pekan ke-3") differs in these.
    """
    if article.fetched_at is None:
        return None
    undated = article.published_at is None
    rows = connection.execute(
        f"""SELECT {COLUMNS} FROM articles WHERE source_id IS ? AND published_at IS ? AND url <> ?
            ORDER BY id {f"DESC LIMIT {NEWEST}" if undated else f"LIMIT {FEW}"}""",
        (article.source_id, article.published_at, article.url),
    ).fetchall()
    for known in (Known(*row) for row in rows):
        if not _same_place(known.url, article.url) or _share(known.title, article.title) < SHARED_TITLE:
            continue
        if undated and _figures(known.title, known.text) != _figures(article.title, article.text):
            continue
        if not _found_later(connection, article.url, known.url):
            continue
        by_minute = not (article.published_at or MIDNIGHT).endswith(MIDNIGHT)
        by_minute = by_minute or bool(_numbers(known.url) & _numbers(article.url))
        near = NEAR_ELSEWHERE if by_minute and not undated else ALIKE
        if known.text == article.text or same_text(known.text, article.text, near):
            return known
    return None


def _figures(title: str, text: str) -> list[str]:
    """All numbers of an article, sorted."""
    return sorted(FIGURE.findall(f"{title} {text}"))


def _same_words(one: str, other: str) -> bool:
    """Whether two texts are one; short ones only word for word."""
    if min(len(words_of(one)), len(words_of(other))) < MIN_WORDS:
        return fingerprint(one) == fingerprint(other)
    return fingerprint(one) == fingerprint(other) or same_text(one, other, NEAR_ELSEWHERE)


def _numbers(url: str) -> set[str]:
    """The long numbers in an address, which number articles; days and years are none."""
    parts = urlsplit(url)
    words = word_key(f"{parts.path} {parts.query}".replace("_", " ")).split()
    return {word for word in words if word.isdigit() and len(word) >= 5 and not word.startswith(("19", "20"))}


def _same_place(one: str, other: str) -> bool:
    """Whether two addresses differ in one part of their path or query alone, as when a headline in it was corrected."""
    a, b = urlsplit(one), urlsplit(other)
    before, after = f"{a.path}/{a.query}".split("/"), f"{b.path}/{b.query}".split("/")
    differing = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    return a.netloc == b.netloc and len(before) == len(after) and len(differing) == 1


def _found_later(connection: sqlite3.Connection, url: str, than: str) -> bool:
    """Whether an address was found in a later run than another one."""
    row = connection.execute(
        """SELECT 1 FROM pages new, pages old WHERE new.url = ? AND old.url = ?
           AND EXISTS (SELECT 1 FROM runs WHERE started > old.found_at AND started <= new.found_at)""",
        (url, than),
    ).fetchone()
    return row is not None


def _share(one: str, other: str) -> float:
    a, b = set(word_key(one).split()), set(word_key(other).split())
    return len(a & b) / (len(a | b) or 1)
