"""Page: from bytes to a parsed page, with guards against what is no article page; one tree for all readers."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import lxml.html
from lxml import etree
from w3lib.encoding import html_to_unicode

from crawler.markup import excess
from crawler.paged_articles import split_body
from crawler.refusals import SIGNATURES
from pipelines.extract.blocks import Block, read_blocks
from pipelines.extract.characters import CONTROL, escaped_markup, seen, unfold_markup
from pipelines.extract.json_ld import own_article
from pipelines.extract.pdf import UnreadablePdf, is_pdf, pdf_as_html

MAX_ELEMENTS = 30_000  # larger pages are refused, as they take trafilatura minutes; real ones have up to 8,000
MOST_HEADINGS = 10  # first h1 that may be a page's title; an article page has one, or one for its site as well
TEXT_BYTES = bytes(b for b in range(256) if b >= 32 or b in b"\t\n\r\f\x1b")
LINE_BREAKS = frozenset(("br", "p", "div", "hr", "table", "ul", "ol"))
PARSER = lxml.html.HTMLParser(huge_tree=False, recover=True)
# lxml.html calls a Python function to choose each element's class. Only forms and their fields need that, so one class
# is named for all elements here.
PARSER.set_element_class_lookup(
    etree.ElementDefaultClassLookup(
        lxml.html.HtmlElement, lxml.html.HtmlComment, lxml.html.HtmlProcessingInstruction, lxml.html.HtmlEntity
    )
)
WITH_TEXT = etree.XPath("descendant::text()/..")  # all elements with text; a condition on the text takes longer
UNREAD = frozenset(("script", "style", "noscript", "option"))
CONTROL_BYTES = bytes(b for b in (*range(32), 127) if b not in b"\t\n\r")
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


class NotAnArticle(ValueError):
    """A page that holds no article; the message says why.

    passing  whether the page may hold one when it is asked for again
    """

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.passing = passing


@dataclass(frozen=True)
class ParsedPage:
    """A page, ready for all who read it.

    json_ld   the article's own JSON-LD, or {}
    meta      the properties of <meta>: name in lower case -> first content
    further   the article's further pages, where the crawl followed it over several (crawler/paged_articles.py)
    unread    why the file that the page links to has no text, where it has such a file
    elements  all elements of the tree: lxml makes their Python objects anew for every visit unless somebody holds them
    tagged    the same by tag, in order, since lxml visits the whole tree for each question after a tag
    """

    tree: lxml.html.HtmlElement
    html: str
    json_ld: dict[str, Any]
    meta: dict[str, str]
    further: tuple[ParsedPage, ...] = ()
    unread: str | None = None
    elements: list[Any] = field(default_factory=list, repr=False)
    tagged: dict[Any, list[Any]] = field(default_factory=dict, repr=False)

    @cached_property
    def _lines(self) -> list[tuple[str, lxml.html.HtmlElement]]:
        found: list[tuple[str, lxml.html.HtmlElement]] = []
        body = self.tree.find("body")
        for element in WITH_TEXT(body if body is not None else self.tree):
            if element.tag in UNREAD:
                continue
            text = element.text or ""
            if len(element):
                parts = [text]
                for child in element[:]:  # a slice, because lxml takes several times as long for an iterator
                    if child.tag in LINE_BREAKS:
                        parts.append("\n")
                    if tail := child.tail:
                        parts += (" ", tail)
                text = "".join(parts)
            if not text.isspace():
                found += [(line, element) for part in text.splitlines() if (line := " ".join(part.split()))]
        return found

    def lines(self) -> list[tuple[str, lxml.html.HtmlElement]]:
        """The page's visible lines in order, each with the element that it stands in; <br> ends a line."""
        return self._lines

    @cached_property
    def blocks(self) -> list[Block]:
        """The page's visible blocks in order (blocks.py)."""
        return read_blocks(self.tree)

    @cached_property
    def address(self) -> str:
        """The address that the page states for itself (canonical, og:url); "" when it states none."""
        for link in self.tagged.get("link", ()):
            if (link.get("rel") or "").strip().lower() == "canonical" and link.get("href"):
                return str(link.get("href")).strip()
        return self.meta.get("og:url", "")

    def text_of(self, tag: str) -> str:
        """The text of the first element with this tag, in one line; "" when there is none."""
        return next((" ".join(element.text_content().split()) for element in self.tagged.get(tag, ())), "")

    def ld_text(self, *keys: str) -> str | None:
        """The first of these JSON-LD properties that is a text."""
        for key in keys:
            value = self.json_ld.get(key)
            if isinstance(value, str) and value.strip():
                return value.strip()
        return None


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page. Valid UTF-8 is taken for it whatever the page declares: mislabelled pages are mostly UTF-8.

    Raises NotAnArticle for a body that is no text.
    """
    if not body.strip():
        raise NotAnArticle("the page is empty", passing=True)
    for signature, what in SIGNATURES.items():
        if body.lstrip()[:8].startswith(signature):
            raise NotAnArticle(f"the page is {what}, not HTML")
    if body[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        if len(body[:4096].translate(None, TEXT_BYTES)) > len(body[:4096]) // 20:
            raise NotAnArticle("the page is binary data, not HTML")
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            if error.end >= len(body) - 3:  # only the last character is wrong: the body was cut in the middle of it
                return body.decode("utf-8-sig", "ignore")
    encoding, text = html_to_unicode(content_type or None, body, default_encoding="cp1252")
    if encoding == "utf-8":  # as it declares. A few stray bytes do not make it another encoding; mostly wrong ones do
        wrong = text.count("\ufffd")
        if wrong > sum(character > "\x7f" for character in text) - wrong:
            return body.decode("cp1252", "replace")
    return text


def parse(body: bytes | str, content_type: str = "") -> ParsedPage:
    """Decode and parse a page, and the further pages that stand behind it in the body (crawler/paged_articles.py).

    Raises NotAnArticle when there is nothing to parse, or too much.
    """
    if isinstance(body, bytes):
        body, *others = split_body(body)
        if others:
            return _with_further(parse(body, content_type), others, content_type)
    html = body if isinstance(body, str) else _from_pdf(body) if is_pdf(body) else decode(body, content_type)
    html = seen(_printable(html))
    if why := excess(html.encode("utf-8", "replace")):  # as lxml will read it, whatever encoding the bytes were in
        raise NotAnArticle(f"the page has {why}")
    if not html.strip():
        raise NotAnArticle("the page is empty", passing=True)
    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html)  # lxml refuses text with an encoding declaration
    try:
        tree = lxml.html.document_fromstring(html, parser=PARSER)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise NotAnArticle(f"the page cannot be parsed: {error}") from error
    elements = list(tree.iter())
    if escaped_markup(html) and unfold_markup(elements):
        elements = list(tree.iter())
    if len(elements) > MAX_ELEMENTS:
        raise NotAnArticle(f"the page has {len(elements)} elements; no article page has more than {MAX_ELEMENTS}")
    by_tag: defaultdict[Any, list[Any]] = defaultdict(list)
    for element in elements:
        by_tag[element.tag].append(element)
    tagged = dict(by_tag)
    meta = _meta(tagged.get("meta", []))
    json_ld = own_article(tagged.get("script", []), *_own_names(tagged, meta))
    return ParsedPage(tree, html, json_ld, meta, elements=elements, tagged=tagged)


def _with_further(page: ParsedPage, others: list[bytes], content_type: str) -> ParsedPage:
    """The page with its further ones. A file that cannot be read leaves the page alone, which may have a text."""
    further, unread = [], None
    for other in others:
        try:
            further.append(parse(other, content_type))
        except NotAnArticle as error:
            if not is_pdf(other):
                raise
            unread = str(error)
    return replace(page, further=tuple(further), unread=unread)


def _from_pdf(body: bytes) -> str:
    """A file's text as a page. Raises NotAnArticle for one whose text cannot be had."""
    try:
        return pdf_as_html(body)
    except UnreadablePdf as error:
        raise NotAnArticle(str(error)) from error


def _printable(html: str) -> str:
    """The text without the characters that lxml refuses. Most pages have none, which their bytes tell in no time."""
    try:
        encoded = html.encode("utf-8")
    except UnicodeEncodeError:
        return CONTROL.sub(" ", LONE_SURROGATE.sub("\ufffd", html))
    if len(encoded.translate(None, CONTROL_BYTES)) == len(encoded) and "\ufffe" not in html and "\uffff" not in html:
        return html
    return CONTROL.sub(" ", html)


def _meta(elements: list[lxml.html.HtmlElement]) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in elements:
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _own_names(tagged: dict[Any, list[Any]], meta: dict[str, str]) -> tuple[list[str], list[str]]:
    """(addresses, titles) that a page gives itself."""
    links = [link for link in tagged.get("link", ()) if (link.get("rel") or "").strip().lower() == "canonical"]
    addresses = [meta.get("og:url", ""), *(link.get("href") or "" for link in links)]
    headings = [*tagged.get("h1", ())[:MOST_HEADINGS], *tagged.get("title", ())[:1]]
    return addresses, [meta.get("og:title", ""), *(" ".join(element.text_content().split()) for element in headings)]
