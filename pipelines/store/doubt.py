"""Doubt: whether what came instead of a stored article is an article at all, and what of a text is only a counter.

The page alone is judged where it is read (pipelines/extract/judgement.py). Here it is held against what is stored.
"""

from __future__ import annotations

import re
import sqlite3

from pipelines.read.text_facts import fingerprint, words_of
from pipelines.records import Article
from pipelines.store.known import Known

WHOLE = 60  # words from which on a stored text can shrink; below it a short correction looks like a notice
SHRUNK = 0.5  # of its words; what is left of a corrected article is longer, or has its words
SHARED = 0.5  # of the new words that the stored text has, too
TEASER = 1 / 3  # of its words: what a paywall leaves of an article
SHORT = 150  # words; the texts that sites put in the place of all their articles are shorter
COPIES = 2  # articles with the same undated short text that a source may have before the next one is doubted

# What counts readers, and says how long ago something was: in short lines, and at the ends of long ones. In the middle
# of a sentence it is what the article tells ("video itu sudah dilihat 20.000 kali, kata ...").
_COUNT = r"(?<![\d.,])[\d.,]{1,15}\s?(?:(?:k|rb|ribu|jt|juta)\b)?\s?(?:x|kali|orang)?"
COUNTER = re.compile(
    r"[(\[|–—-]?\s?(?:(?:telah |sudah )?(?:di(?:baca|lihat|kunjungi|akses|unduh|bagikan)|terbaca|hits?|views?|viewed"
    r"|(?:post|page) ?views|(?:jumlah |total )?"
    r"(?:pengunjung|pembaca|kunjungan|tayangan|komentar)|likes?|shares?|online)"
    rf"\b(?:\s(?:sebanyak|oleh|hari ini|online))?\s?[:=]?\s?{_COUNT}"
    r"|(?<![\d.,])[\d.,]{1,15}\s?(?:(?:k|rb|ribu|jt|juta)\b)?\s?(?:(?:kali|x)\s(?:di)?(?:baca|lihat)|views?|hits?"
    r"|pengunjung|pembaca|tayangan|komentar|likes?|shares?|dilihat)\b"
    r"|(?<![\d.,])[\d.,]{1,15}\s?(?:detik|menit|jam|hari|minggu|bulan)\s(?:yang\s)?lalu)\s?[)\]|]?",
    re.IGNORECASE,
)
SHORT_LINE = 14  # words
LONGEST_COUNTER = 60  # characters
CLOCK = re.compile(
    r"(?:[\d\W]|\b(?:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu|ahad|jan\w*|feb\w*|mar\w*|apr\w*|mei|jun\w*|jul\w*"
    r"|agu\w*|sep\w*|okt\w*|nov\w*|nop\w*|des\w*|wib|wita|wit|pukul|jam|hari ini|sekarang|waktu|am|pm)\b)*",
    re.IGNORECASE,
)
DIGITS = re.compile(r"\d[\d.,:]*")
EDGE = 2  # lines at either end of a text, where an unknown counter stands alone


def reason_to_doubt(connection: sqlite3.Connection, article: Article, known: Known | None) -> str | None:
    """Why a page is likely no article, in words for the operator; None for one that may be stored."""
    if known is None:
        return _repeated(connection, article)
    old, new = words_of(known.text), words_of(article.text)
    if len(old) < WHOLE or len(new) >= SHRUNK * len(old):
        return None
    common = len(set(new) & set(old)) / (len(set(new)) or 1)
    if common < SHARED or len(new) < TEASER * len(old):
        return f"the article shrank from {len(old)} words to {len(new)}, {common:.0%} of which it had"
    return None


def _repeated(connection: sqlite3.Connection, article: Article) -> str | None:
    """A short text without a date of its own that the source has at other addresses already."""
    words = words_of(article.text)
    if len(words) >= SHORT or article.date_source not in (None, "feed"):
        return None
    (copies,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM articles WHERE fingerprint = ? AND source_id IS ? AND url <> ? LIMIT 9)",
        (fingerprint(article.text), article.source_id, article.url),
    ).fetchone()
    return f"the same {len(words)} words stand at {copies} other addresses of the source" if copies >= COPIES else None


def differs(known: Known, article: Article) -> bool:
    """Whether a page says something else than what is stored: not only a counter's or a clock's figures."""
    if (known.title, known.text) == (article.title, article.text):
        return False
    if known.title != article.title:
        return True
    old, new = _steady(known.text), _steady(article.text)
    if old == new:
        return False
    if len(old) != len(new):
        return True
    last = len(old) - EDGE
    changed = [(i, a, b) for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    return not all((i < EDGE or i >= last) and _only_counts(a, b) for i, a, b in changed)


def _steady(text: str) -> list[str]:
    """The lines of a text without counters and clocks."""
    lines = (_without_counter(line) for line in text.splitlines())
    return [line for line in lines if line and not CLOCK.fullmatch(line)]


def _without_counter(line: str) -> str:
    if line.count(" ") < SHORT_LINE:
        return " ".join(COUNTER.sub(" ", line).split()).strip(" -–—|")
    for found in (COUNTER.match(line), *COUNTER.finditer(line, max(0, len(line) - LONGEST_COUNTER))):
        if found and (found.start() == 0 or found.end() == len(line)):
            line = line[: found.start()] + line[found.end() :]
            break
    return line.strip(" -–—|")


def _only_counts(old: str, new: str) -> bool:
    """Whether two short lines differ in one figure, which has grown."""
    before, after = DIGITS.findall(old), DIGITS.findall(new)
    if len(before) != 1 or len(after) != 1 or len(new.split()) > 4 or DIGITS.sub("", old) != DIGITS.sub("", new):
        return False
    return int(re.sub(r"\D", "", before[0])) < int(re.sub(r"\D", "", after[0]))
