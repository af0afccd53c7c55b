"""Authors: who wrote an article, by JSON-LD, meta, an element named after it, or a printed line; editors are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipelines.extract.page import ParsedPage
from pipelines.language.words import word_key

_ROLE = r"(?:penulis|reporter|pewarta|rep|oleh|laporan(?: wartawan)?|jurnalis|kontributor|by|author)"
_POSTED = (
    r"(?:di(?:tulis|posting|poskan|unggah|publikasikan|terbitkan)(?:kan)?\s+oleh|(?:posted|written|published)\s+by)"
)
BYLINE = re.compile(rf"\W*(?:{_POSTED}|{_ROLE})\b\s*:?\s*", re.IGNORECASE)
PRINTED = re.compile(
    rf"\W*(?:{_ROLE}\s*:\s*(?P<name>\S.{{1,80}})|{_POSTED}\s*:?\s+(?P<posted>\S.{{1,80}}))", re.IGNORECASE
)
# "Oleh Ratna Wulandari", "by ratna" with nothing but a date behind it: a sentence may begin with the same word.
BARE_BY = re.compile(r"(?i:oleh|by)\s+(?P<name>[^\W\d_][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){0,4})")
# What ends a name: a date, another role, a separator, an address.
BEHIND = re.compile(
    r"\s+[-–—|•·]\s*|\s*[|/•·(<\[;,:]\s*|\s+(?:on|pada|at|in|di)\s+|\s+(?:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu)\b"
    r"|\s*\b(?:editor|penyunting|redaktur|fotografer|foto|sumber|tanggal|kategori|dibaca|dilihat)\b.*|\s+(?=\d)",
    re.IGNORECASE,
)
EDITOR = re.compile(r"\W*(?:editor|penyunting|redaktur|uploader|publisher|fotografer)\b", re.IGNORECASE)
# Addresses, numbers, counters: "https", "ratna@contoh.id", "@ratna", "12".
NO_NAME = re.compile(r"https?\b|www\.|@|\.(?:com|id|net|org)\b|\A\W*\d|\A[\W\d_]*\Z", re.IGNORECASE)
NOBODY = re.compile(
    r"(?:super\s?)?admin|super ?user|webmaster|redaksi|tim redaksi|operator|root\Z|humas\Z|anonim|unknown|user\Z",
    re.IGNORECASE,
)
# Of classes in small letters.
NAMED = re.compile(r"(?<![a-z])(?:author|penulis|reporter|byline|pewarta)(?![a-z])")
NOT_HIS = re.compile(r"comment|komentar|related|terkait|avatar|bio(?![a-z])|widget|sidebar")
LONGEST_NAME = 60  # characters
LONGEST_LINE = 160  # characters; a byline is shorter
LONGEST_BARE = 60
MOST_ASKED = 40  # elements with such a name; a page with more lists other articles' authors


def find_author(page: ParsedPage) -> tuple[str, str] | None:
    """(the author's name, who gives it: json-ld, meta, element or printed); None when nobody says."""
    site = {word_key(page.meta.get(key, "")) for key in ("og:site_name", "application-name")} - {""}
    for witness, text in _said(page):
        name = person(text)
        if name and word_key(name) not in site:
            return name, witness
    return None


def _said(page: ParsedPage) -> Iterator[tuple[str, str]]:
    """(witness, text) of all that may name the author, the surest first."""
    stated = page.json_ld.get("author")
    for item in stated if isinstance(stated, list) else [stated]:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str):
            yield "json-ld", name
    for key in ("author", "article:author", "dc.creator", "content_author"):
        yield "meta", page.meta.get(key, "")
    asked = 0
    for element in page.elements:  # walked here, since an XPath with conditions on classes takes several times as long
        if asked >= MOST_ASKED:
            break
        if any(
            _names_author(value) if name == "class" else name in ("rel", "itemprop") and value == "author"
            for name, value in element.items()
        ):
            asked += 1
            yield "element", element.text_content()[:LONGEST_LINE]
    for line, _ in page.lines():
        printed = PRINTED.match(line) if len(line) < LONGEST_LINE else None
        if printed:
            yield "printed", printed["name"] or printed["posted"]
        elif len(line) <= LONGEST_BARE and (bare := BARE_BY.match(line)):
            rest = line[bare.end() :]
            if not rest or BEHIND.match(rest):
                yield "printed", bare["name"]


@lru_cache(maxsize=8_192)
def _names_author(classes: str) -> bool:
    folded = classes.lower()
    return NAMED.search(folded) is not None and NOT_HIS.search(folded) is None


def person(text: str) -> str | None:
    """A person's name, without "Oleh:" and what stands behind it ("Ratna - detikNews"); None when it is none."""
    line = " ".join(text.split())
    if EDITOR.match(line):
        return None
    name = BEHIND.split(BYLINE.sub("", line), maxsplit=1)[0].strip(" ,.:;-–—\"'")
    sane = 2 < len(name) <= LONGEST_NAME and not NO_NAME.search(name) and not EDITOR.match(name)
    return name if sane and not NOBODY.match(name) else None
