"""A release that its page only links to: the PDF beside a few words, which is then read together with the page.

Many agencies publish a headline, a date and a file. A page with an article of its own keeps its text, whatever files it
links to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

import lxml.html
from lxml import etree

from crawler.limits import LONGEST
from crawler.markup import excess

SIGNATURE = b"%PDF-"
END = b"%%EOF"  # what a whole file ends with, within END_WITHIN bytes of its end
END_WITHIN = 4_096
FEW_WORDS = 80  # outside links and menus; a page with more has a text of its own
LONG_LINE = 12  # words; a shorter line is a label, a date or a part of a menu
# Where a viewer in the page takes the file from: "viewer.html?file=/rilis.pdf".
VIEWER = ("file", "url", "src")
ASIDE = frozenset(("nav", "footer", "aside", "script", "style", "noscript"))
LEAD = {"a": "href", "iframe": "src", "embed": "src", "object": "data"}
NAMED = re.compile(r"siaran|pers\b|rilis|release|keterangan", re.IGNORECASE)


def is_whole_pdf(body: bytes) -> bool:
    """Whether a body is a PDF that has its end."""
    return body.lstrip()[: len(SIGNATURE)] == SIGNATURE and END in body[-END_WITHIN:]


def attached_pdf(url: str, body: bytes) -> str | None:
    """The address of the file that is the text of the page at `url`; None where the page has a text, or no file.

    One that the page shows in itself goes first, then one that calls itself a release, then the first.
    """
    if b".pdf" not in body.lower() or excess(body):  # this runs in the reactor, where every other source waits for it
        return None
    try:
        tree = lxml.html.document_fromstring(body, parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError, AssertionError):
        return None
    if _has_text(tree):
        return None
    found = sorted(_files(tree, url), key=lambda file: file[0])  # the sort is stable: among equals the first
    return found[0][1] if found else None


def _has_text(tree: lxml.html.HtmlElement) -> bool:
    """Whether the lines that are long enough for prose, links and menus left out, hold more than FEW_WORDS."""
    words = 0
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ASIDE or element.tag in ("a", "title"):
            continue
        line = " ".join([element.text or "", *(child.tail or "" for child in element[:])])
        count = len(line.split())
        if count >= LONG_LINE and not any(ancestor.tag in ASIDE for ancestor in element.iterancestors()):
            words += count
            if words > FEW_WORDS:
                return True
    return False


def _files(tree: lxml.html.HtmlElement, url: str) -> Iterator[tuple[int, str]]:
    """(rank, address) of the PDF files that a page leads to, menus left out."""
    for element in tree.iter(*LEAD):
        if any(ancestor.tag in ASIDE for ancestor in element.iterancestors()):
            continue
        try:
            address = _file(urljoin(url, (element.get(LEAD[element.tag]) or "").strip()))
        except ValueError:
            continue
        if address and len(address) <= LONGEST["address"]:
            named = NAMED.search(f"{address.rpartition('/')[2]} {element.text_content()[:200]}")
            yield (0 if element.tag != "a" else 1 if named else 2), address


def _file(address: str) -> str | None:
    """The address of a PDF, also of one that is handed to a viewer; None for anything else."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return None
    if parts.path.lower().endswith(".pdf"):
        return address.partition("#")[0]
    query = parse_qs(parts.query)
    handed = next((query[name][0] for name in VIEWER if name in query), "")
    return urljoin(address, handed) if urlsplit(handed).path.lower().endswith(".pdf") else None
