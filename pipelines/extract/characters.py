"""Characters: a page's text as its readers see it, whatever its site has put between and inside the words.

Soft hyphens, zero-width spaces and direction marks part words that nobody sees parted; letters with separate accents
are others than those that people type; text that was escaped or encoded twice shows its codes.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

import lxml.html
from lxml import etree

from crawler.markup import excess

# A joiner between pictures makes one of two ("family"); between letters it is not seen.
_JOINER = "\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
UNSEEN = re.compile(
    f"[\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|{_JOINER}"
)
JOINER = "\u200d"
UNSEEN_SIGNS = frozenset(chr(sign) for sign in range(0x10000) if UNSEEN.fullmatch(chr(sign)) and chr(sign) != JOINER)
# The same as entities, and those of control characters, which lxml reads but cannot write.
UNSEEN_ENTITY = re.compile(
    r"&(?:shy|zwnj|lrm|rlm|ZeroWidthSpace|NoBreak"
    r"|#0*(?:[1-8]|1[124-9]|2\d|3[01]|173|847|8203|8204|8206|8207|823[4-8]|828[89]|829[0-2]|65279)(?!\d)"
    r"|#[xX]0*(?:[1-8bBcCeEfF]|1[\da-fA-F]|[aA][dD]|34[fF]|200[bBcCeEfF]|202[a-eA-E]|206[0-46-9]|[fF][eE][fF][fF])"
    r"(?![\da-fA-F]));?"
)
ASCII = bytes(range(0x80))
ESCAPED = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});")
ESCAPED_TAG = re.compile(r"&(?:amp;)?lt;/?(?:p|br|div)\b", re.IGNORECASE)
TAG = re.compile(r"</?(?:p|br|div|b|i|u|em|strong|span|font|sup|sub|a|h[1-6]|ul|ol|li|blockquote)\b[^<>]{0,300}>", re.I)
NOT_TEXT = frozenset("script style noscript textarea pre code title option iframe".split())
# What UTF-8 looks like that was taken for Windows-1252 and encoded once more: "â€œ", "Ã©", "Â ".
TWICE_ENCODED = re.compile(
    "[\u00c2-\u00c5\u00e2\u00f0][\u0080-\u00bf\u0152\u0153\u0160-\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# Windows-1252's signs at their places in Latin-1, where Unicode has control characters.
C1 = {byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)}
C1_SIGN = re.compile("[\x80-\x9f]")


def seen(page: str) -> str:
    """A page's HTML without what is not seen, written as it is or as an entity, and with composed letters."""
    if not page.isascii():
        # Nearly all of a page is ASCII, which is told from the rest much sooner than the rest is looked at.
        rest = page.encode("utf-8", "replace").translate(None, ASCII).decode("utf-8", "replace")
        signs = set(rest)
        for sign in signs & UNSEEN_SIGNS:  # one by one, since a pattern takes ten times as long
            page = page.replace(sign, "")
        if JOINER in signs:
            page = UNSEEN.sub("", page)
        if any(map(unicodedata.combining, signs)) or not unicodedata.is_normalized("NFC", rest):
            page = unicodedata.normalize("NFC", page)
    return UNSEEN_ENTITY.sub("", page) if UNSEEN_ENTITY.search(page) else page


def mended(text: str) -> str:
    """A title, text or name that is ready but for codes that show in it; paragraphs stay apart."""
    if "&" in text and ESCAPED.search(text):
        text = html.unescape(text)
    if "<" in text:
        text = TAG.sub("", text)
    if TWICE_ENCODED.search(text):
        from ftfy import fix_encoding

        text = "\n".join(fix_encoding(line) for line in text.split("\n"))
    if C1_SIGN.search(text):
        text = text.translate(C1)
    text = seen(CONTROL.sub(" ", text))
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def escaped_markup(page: str) -> bool:
    """Whether a page's HTML has paragraphs whose tags were escaped ("&lt;p&gt;")."""
    return "lt;" in page and ESCAPED_TAG.search(page) is not None


def unfold_markup(elements: Iterable[lxml.html.HtmlElement]) -> bool:
    """Make elements of tags that stand as text in these elements; whether there were any."""
    found = False
    for element in elements:
        if not isinstance(element.tag, str):
            continue
        text, tail = element.text, element.tail
        if text and ("<" in text or "&" in text) and element.tag not in NOT_TEXT and _has_markup(text):
            found = True
            element.text, new = _parsed(text)
            for child in reversed(new):
                element.insert(0, child)
        if not tail or not ("<" in tail or "&" in tail):
            continue
        around = element.getparent()
        if around is not None and around.tag not in NOT_TEXT and _has_markup(tail):
            found = True
            text, new = _parsed(tail)
            element.tail = None
            for child in reversed(new):
                element.addnext(child)
            element.tail = text
    return found


def _has_markup(text: str) -> bool:
    return TAG.search(text) is not None or ESCAPED_TAG.search(text) is not None


def _parsed(markup: str) -> tuple[str, list[lxml.html.HtmlElement]]:
    """(text before the first element, elements) of a piece of HTML; all of it as text when it cannot be parsed."""
    if ESCAPED_TAG.search(markup):
        markup = html.unescape(markup)
    if excess(markup.encode("utf-8", "replace")):
        return markup, []
    try:
        found = lxml.html.fragments_fromstring(markup)
    except (etree.LxmlError, ValueError, AssertionError):
        return markup, []
    text = found.pop(0) if found and isinstance(found[0], str) else ""
    return text, found
