"""PDF: a release that is only there as a file becomes a page, which is then read like every other.

The text comes from the file's own text layer, by pypdf (docs/choices.md). What every page repeats (letterhead, running
head, page number) is left out, lines become paragraphs, and the largest line of the first page is the title. A file
that is encrypted, scanned, too large or too slow is refused with that as the reason; it stays in the archive.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from crawler.limits import DOWNLOAD_MAXSIZE
from pipelines.extract.printed import printed_dates

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

SIGNATURE = b"%PDF-"
SECONDS = 5  # for reading one file; releases take .05
MOST_LEAVES = 30  # pages; a release has one to five, a report or a law more
LEAST_WORDS = 15  # of a whole file; one with less is made of pictures
EDGE = 4  # lines at the head and the foot of a page among which repeated ones are looked for
FULL_LINE = (
    0.75  # share of the usual width up to which a line is as long as lines are: what ends before ends a paragraph
)
HEAD = 40  # lines among which the title is
LETTERHEAD = 12  # lines among which the address of the office and the number of the release are
LARGER = 1.1  # times the usual letters that a title's are at least
LONGEST_TITLE = 300  # characters
OFFICE = re.compile(
    r"(?:siaran|keterangan) pers|(?:press|news) release|rilis pers|(?:nomor|no|number)\b.{0,3}[:.]|lampiran|perihal"
    r"|(?:jalan|jl)\b|(?:telp|telepon|telephone|phone|fax|faks|e-?mail|website|laman)\b|www\.|https?:|kode pos",
    re.IGNORECASE,
)
PAGE_NUMBER = re.compile(r"\W*(?:halaman|hal|page)?\W*\d{1,3}\s*(?:(?:/|dari|of)\s*\d{1,3})?\W*", re.IGNORECASE)
HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐\u00ad]$")
SENTENCE_END = re.compile(r"[.!?:;][\"”'’)]*$")
ITEM = re.compile(r"(?:\d{1,2}[.)]|[a-z][.)]|[-•▪–])\s")
AHEAD = 40  # words among which one is looked for again
QUIET = "pypdf"  # its loggers tell every flaw of a file

Line = tuple[str, float]  # its text and the size of its letters


class UnreadablePdf(ValueError):
    """A file whose text cannot be had; the message says why."""


def is_pdf(body: bytes) -> bool:
    """Whether a body is a PDF, by its first bytes."""
    return body.lstrip()[: len(SIGNATURE)] == SIGNATURE


def pdf_as_html(body: bytes) -> str:
    """A page with the file's head, its title as h1, and its text as paragraphs of an <article>.

    Raises UnreadablePdf: too large, too many pages, encrypted, scanned, broken, or not read within SECONDS.
    """
    if len(body) > DOWNLOAD_MAXSIZE:
        raise UnreadablePdf(f"the PDF has {len(body)} bytes; no more than {DOWNLOAD_MAXSIZE} are read")
    logging.getLogger(QUIET).setLevel(logging.CRITICAL)
    try:
        reader = _opened(body)
        leaves = _leaves(reader)
    except UnreadablePdf:
        raise
    except Exception as error:  # whatever a stranger's bytes break in it: RecursionError, KeyError, struct.error
        raise UnreadablePdf(f"the PDF cannot be read: {type(error).__name__}: {error}") from error
    lines = [line for leaf in _without_running_lines(leaves) for line in leaf]
    if sum(len(text.split()) for text, _ in lines) < LEAST_WORDS:
        raise UnreadablePdf("the PDF is scanned: it holds pictures of its pages and no text")
    head, title, rest = _parted(lines)
    dated = any(next(printed_dates(text), None) for text, _ in lines)
    return _page(head, title, paragraphs(rest), None if dated else _created(reader))


def _opened(body: bytes) -> PdfReader:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(body.lstrip()), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):  # many are locked against changes only, with no password to read
        raise UnreadablePdf("the PDF is encrypted: it asks for a password")
    if len(reader.pages) > MOST_LEAVES:
        raise UnreadablePdf(f"the PDF has {len(reader.pages)} pages; no release has more than {MOST_LEAVES}")
    return reader


def _leaves(reader: PdfReader) -> list[list[Line]]:
    """The lines of each page."""
    end = time.monotonic() + SECONDS
    leaves = []
    for page in reader.pages:
        leaves.append(_lines(page))
        if time.monotonic() > end:
            raise UnreadablePdf(f"the PDF took longer than {SECONDS} s to read")
    return leaves


def _lines(page: PageObject) -> list[Line]:
    """A page's lines, each with the size of its smallest letters.

    pypdf tells the sizes beside the text, piece by piece in nearly the same order; so each word is looked for among the
    next ones that were told.
    """
    told: list[tuple[str, float]] = []

    def note(text: str, around: list[float], matrix: list[float], _font: object, size: float) -> None:
        scale = abs(matrix[3] or matrix[1] or 1) * abs(around[3] or around[1] or 1)
        told.extend((word, round(size * scale, 1)) for word in text.split())

    lines: list[Line] = []
    at = 0
    for line in page.extract_text(visitor_text=note).splitlines():
        sizes = []
        for word in line.split():
            place = next((i for i in range(at, min(at + AHEAD, len(told))) if told[i][0] == word), None)
            if place is not None:
                sizes.append(told[place][1])
                at = place + 1
        if words := " ".join(line.split()):
            lines.append((words, min(sizes, default=0)))
    return lines


def _without_running_lines(leaves: list[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers, and without what the edges of most of them repeat."""
    edges: Counter[str] = Counter()
    for leaf in leaves:
        edges.update({_shape(text) for text, _ in (*leaf[:EDGE], *leaf[-EDGE:])})
    repeated = {shape for shape, times in edges.items() if times > 1 and times >= len(leaves) / 2}
    kept: list[list[Line]] = []
    for number, leaf in enumerate(leaves):
        last = len(leaf) - EDGE
        kept.append(
            [
                (text, size)
                for i, (text, size) in enumerate(leaf)
                if not PAGE_NUMBER.fullmatch(text)
                and not ((i < EDGE or i >= last) and _shape(text) in repeated and (number or i >= EDGE))
            ]
        )
    return kept


def _shape(text: str) -> str:
    """A line with its numbers made alike, so that "2 / 5" repeats "1 / 5"."""
    return re.sub(r"\d+", "0", text.casefold())


def _parted(lines: list[Line]) -> tuple[list[str], str, list[Line]]:
    """(the lines of the head, the title, the lines behind it).

    The title is the lines with the largest letters behind the letterhead; where all letters are alike, its first lines.
    """
    usual = Counter(size for text, size in lines for _ in text.split()).most_common(1)[0][0]
    behind = max((i + 1 for i, (text, _) in enumerate(lines[:LETTERHEAD]) if OFFICE.match(text)), default=0)
    blocks = [(size, start, stop) for size, start, stop in _blocks(lines[:HEAD]) if size > usual * LARGER]
    blocks = [block for block in blocks if block[1] >= behind] or blocks
    blocks = [block for block in blocks if _may_be_title(" ".join(text for text, _ in lines[block[1] : block[2]]))]
    if blocks:
        _, start, stop = max(blocks, key=lambda block: (block[0], -block[1]))
    else:
        start = next((i for i in range(behind, min(HEAD, len(lines))) if _may_be_title(lines[i][0])), 0)
        width = _width(lines[start:])
        stop = start + 1
        while stop < min(start + 4, len(lines)) and _goes_on(lines[stop - 1][0], lines[stop][0], width):
            stop += 1
    title = " ".join(text for text, _ in lines[start:stop])[:LONGEST_TITLE]
    return [text for text, _ in lines[:start]], title, lines[stop:]


def _blocks(lines: list[Line]) -> Iterator[tuple[float, int, int]]:
    """(size, first line, line behind the last) of neighbouring lines whose letters are alike; an address is alone."""
    start = 0
    for i in range(1, len(lines) + 1):
        alike = i < len(lines) and lines[i][1] == lines[start][1]
        if not alike or OFFICE.match(lines[i][0]) or OFFICE.match(lines[i - 1][0]):
            yield lines[start][1], start, i
            start = i


def _may_be_title(text: str) -> bool:
    """Whether a line may be a headline: words, no letterhead, no date of its own."""
    dated = next(printed_dates(text), None)
    return len(text.split()) > 2 and not OFFICE.match(text) and (dated is None or len(text.split()) > 6)


def _goes_on(before: str, line: str, width: float) -> bool:
    """Whether a headline without larger letters goes on in the next line: both are capitals, or neither ends."""
    if before.isupper() or line.isupper():
        return before.isupper() and line.isupper() and not OFFICE.match(line)
    return len(before) >= width * FULL_LINE and not SENTENCE_END.search(before) and len(line) < width * FULL_LINE


def _width(lines: list[Line]) -> float:
    """How many characters a full line has."""
    lengths = sorted(len(text) for text, _ in lines)
    return float(lengths[int(len(lengths) * 0.8)]) if lengths else 0.0


def paragraphs(lines: list[Line]) -> list[str]:
    """Lines put together: a paragraph ends with a line that is shorter than lines are and ends a sentence."""
    width = _width(lines)
    found: list[str] = []
    open_line = ""  # the last line of the paragraph that is still open
    for text, _ in lines:
        short = len(open_line) < width * FULL_LINE
        if not open_line or (short and SENTENCE_END.search(open_line)) or ITEM.match(text):
            found.append(text)
        elif HYPHEN.search(open_line) and text[:1].islower():
            found[-1] = HYPHEN.sub("", found[-1]) + text
        else:
            found[-1] += f" {text}"
        open_line = text
    return found


def _created(reader: PdfReader) -> str | None:
    """When the file was made, ISO 8601: the date of a release that prints none."""
    try:
        made = reader.metadata.creation_date if reader.metadata else None
    except Exception:  # a date in none of the forms that the format allows
        return None
    return made.isoformat() if made else None


def _page(head: list[str], title: str, texts: list[str], date: str | None) -> str:
    stated = f'<meta name="date" content="{escape(date)}">' if date else ""
    top = "".join(f"<div>{escape(line)}</div>" for line in head)
    body = "".join(f"<p>{escape(text)}</p>" for text in texts)
    return (
        f"<html><head><title>{escape(title)}</title>{stated}</head><body><div>{top}</div><h1>{escape(title)}</h1>"
        f"<article>{body}</article></body></html>"
    )
