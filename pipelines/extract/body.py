"""Body: the article's text by trafilatura and its region, or another reading when that is too short, tidied."""

from __future__ import annotations

import copy
import re
from collections import Counter

import lxml.html
import trafilatura
from lxml import etree
from trafilatura.settings import Extractor

from pipelines.extract.boilerplate import tidy
from pipelines.extract.fast.rules import quick_rules
from pipelines.extract.page import PARSER, ParsedPage
from pipelines.extract.region import holder_of, read_region

SHORT = 40  # characters; a shorter text is doubted, and others are tried. Captions of pictures' posts have more
PRECISION, RECALL = (
    Extractor(
        output_format="python",
        fast=True,
        precision=precision,
        recall=not precision,
        comments=False,
        tables=False,
        formatting=False,
        dedup=False,
    )
    for precision in (True, False)
)
SHARE_OF_LD = 0.6  # a text of less than this share of the page's own articleBody (JSON-LD) has lost the article


def extract_body(
    page: ParsedPage, title: str, selector: str | None = None, remove: str | None = None
) -> tuple[str, str]:
    """(the article's paragraphs with a blank line between them, which reading gave them); ("", "") without any.

    selector  the source's own CSS selector of the article's text
    remove    the source's own CSS selector of what is cut out of the page before
    """
    if selector:
        tree = _trimmed(page, remove)
        found = [_plain(element) for element in tree.cssselect(selector)]
        text = "\n".join(part for part in found if part.strip())
        if text.strip():
            return tidy(text, title), "selector"
    holder = None if remove else holder_of(page.blocks, title)
    core = _read_whole(page, remove, PRECISION) if holder is None else _read(_alone(holder), PRECISION)
    text, reading = tidy("\n".join(read_region(page.blocks, core, title)), title), "region"
    stated = page.json_ld.get("articleBody")
    wanted = len(stated) * SHARE_OF_LD if isinstance(stated, str) else 0
    if len(text) < max(SHORT, wanted):
        recalled = _read_whole(page, remove, RECALL)
        others = {"trafilatura": tidy(core, title), "trafilatura, recall": tidy(recalled, title)}
        if isinstance(stated, str) and wanted:
            others["json-ld"] = tidy(_strip_markup(stated), title)
        longest = max(others, key=lambda name: len(others[name]))
        if len(others[longest]) > 1.5 * len(text):
            text, reading = others[longest], longest
    return text, reading if text else ""


def _trimmed(page: ParsedPage, remove: str | None) -> lxml.html.HtmlElement:
    """A copy of the page's tree without what the source's own selector cuts out."""
    tree = copy.deepcopy(page.tree)
    for element in tree.cssselect(remove) if remove else ():
        element.drop_tree()
    return tree


def _read_whole(page: ParsedPage, remove: str | None, options: Extractor) -> str:
    """trafilatura's reading of a page."""
    return _read(_trimmed(page, remove), options)


def _alone(holder: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """A page with nothing but a copy of an element, marked as the article."""
    copied = copy.deepcopy(holder)
    copied.tail = None
    if holder.tag == "html":
        return copied
    page = PARSER.makeelement("html")
    if holder.tag == "body":
        page.append(copied)
    else:
        etree.SubElement(etree.SubElement(page, "body"), "article").append(copied)
    return page


def _read(tree: lxml.html.HtmlElement, options: Extractor) -> str:
    """trafilatura's reading of a tree, which it changes; "" where it can't."""
    _unfold(tree)
    try:
        with quick_rules():
            found = trafilatura.bare_extraction(tree, options=options)
    except (ValueError, AssertionError, RecursionError, etree.LxmlError):
        return ""
    return (getattr(found, "text", "") if found is not None else "") or ""


def _unfold(tree: lxml.html.HtmlElement) -> None:
    """Turn what hides paragraphs from trafilatura into <p>: texts in <pre>, runs of <br>, bare text in <body>."""
    for element in list(tree.iter("pre")):
        if element.find(".//code") is None and element.text_content().count("\n") >= 2:
            _into_paragraphs(element, element.text_content())
    breaks = Counter(element.getparent() for element in tree.iter("br"))
    many = {element for element, count in breaks.items() if count > 1}
    wrappers = tree.iter("div", "td", "section", "article", "body", "p") if many else ()
    for element in [found for found in wrappers if found in many]:
        if element.find(".//p") is None and element.find(".//div") is None:
            _into_paragraphs(element, _plain(element))
    body = tree.find("body")
    if body is not None and body.find(".//p") is None and body.find(".//div") is None:
        text = _plain(body)
        if text.count("\n") >= 2:
            _into_paragraphs(body, text)


def _into_paragraphs(element: lxml.html.HtmlElement, text: str) -> None:
    """Replace what an element holds by the lines of a text, each as a <p>."""
    tail = element.tail
    element.clear()
    element.tail = tail
    element.tag = "body" if element.tag == "body" else "div"
    for line in re.split(r"\n\s*", text):
        if line.strip():
            paragraph = lxml.html.Element("p")
            paragraph.text = line.strip()
            element.append(paragraph)


BLOCKS = frozenset(
    "p div br li h1 h2 h3 h4 h5 h6 tr blockquote figure figcaption section article pre ul ol table".split()
)
UNSEEN = frozenset("script style noscript template iframe form button svg select".split())


def _plain(element: lxml.html.HtmlElement) -> str:
    """An element's visible text, with a line for each block."""
    parts: list[str] = []
    stack: list[lxml.html.HtmlElement | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        seen = isinstance(item.tag, str) and item.tag not in UNSEEN
        block = item.tag in BLOCKS
        after: list[lxml.html.HtmlElement | str] = ["\n"] if block else []
        if seen:
            parts.append(("\n" if block else "") + (item.text or ""))
            for child in reversed(item):
                after.append(child.tail or "")
                after.append(child)
            # the closing line break comes last
            if block:
                after = ["\n", *after[1:]]
        stack.extend(after)
    return re.sub(r"[ \t\xa0]+", " ", "".join(parts))


def _strip_markup(text: str) -> str:
    """The visible text of a piece of HTML, as some pages have it in their JSON-LD."""
    if "<" not in text:
        return text
    try:
        return _plain(lxml.html.fragment_fromstring(text, create_parent="div"))
    except (etree.ParserError, ValueError):
        return text
