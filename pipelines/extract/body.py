"""The article's text: trafilatura's reading, another when that is too short, and Indonesian boilerplate cut out."""

from __future__ import annotations

import copy
import re

import lxml.html
import trafilatura
from lxml import etree

from pipelines.extract.blocks import read_blocks
from pipelines.extract.page import ParsedPage
from pipelines.extract.region import read_region

SHORT = 250  # characters; below this trafilatura's first answer is doubted (its own MIN_EXTRACTED_SIZE)
SHARE_OF_LD = 0.6  # an extraction with less of the page's own articleBody than this has lost the article
PARAGRAPH_BREAK = "\n\n"

# Whole paragraphs that are not the article's. Matched from their beginning, case-insensitively.
BOILERPLATE = re.compile(
    r"""(?: \(?\s*(?:baca|lihat|simak|tonton|saksikan)\s+(?:juga|pula|video|selengkapnya|artikel|berita)\b .{0,200}
      | \(?(?:baca)\s*: .{0,200} | (?:simak|lihat|tonton)\s+(?:juga\s+)?video .{0,200}
      | (?:simak|dapatkan|ikuti)\s+(?:breaking\s+news|berita\s+pilihan|update).{0,200}
      | berita\s+terkait .{0,80} | artikel\s+terkait .{0,80} | topik\s+terkait .{0,80} | pilihan\s+editor .{0,120}
      | scroll\s+to\s+(?:continue|resume) .{0,60} | lanjutkan\s+membaca .{0,60} | advertisement .{0,40} | iklan
      | \[gambas:.{0,80}\] | \[baca\ juga.{0,200}\] | loading\.\.\.? | advertising
      | share(?:\s+(?:this|on|to|via)\b.{0,60})? | bagikan\b.{0,60} | sebarkan\b.{0,40} | tags?\s*:.{0,200} | tag\s*
      | (?:facebook|twitter|whatsapp|telegram|linkedin|pinterest|line|x|email|copy\ link|salin\ tautan|print|cetak)
      | ikuti\s+(?:kami|berita|whatsapp|saluran).{0,160} | dapatkan\s+(?:update|berita|informasi).{0,200}
      | cek\s+berita\s+dan\s+artikel.{0,120} | copyright\b.{0,120} | (?:hak\s+cipta|©).{0,120}
      | (?:foto|gambar|pewarta|reporter|penulis|editor|penyunting|uploader)\s*:.{0,80}
      | komentar\s*(?:\(\d+\))? | tulis\s+komentar.{0,80} | beri\s+komentar.{0,80}
      | halaman\s*:?\s*(?:\d+\s*)+.{0,40} | (?:selanjutnya|sebelumnya|next|prev(?:ious)?)\s*[»>←→]?
      )\s*\Z""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
# From such a paragraph on nothing belongs to the article: comment forms, survey and social trailers.
TRAILER = re.compile(
    r"(?:tinggalkan (?:balasan|komentar)|leave a (?:reply|comment)|batalkan balasan"
    r"|alamat (?:email|surel) anda tidak akan|your email address will not be|kirim komentar"
    r"|bagaimana (?:reaksi|tanggapan) anda|apa reaksi anda|survei kepuasan"
    r"|seberapa (?:puas|bermanfaat)|ruas yang wajib ditandai)",
    re.IGNORECASE,
)
# Lines above a press release's lead: its letterhead.
LETTERHEAD = re.compile(
    r"(?:siaran\s+pers|press\s+release|pers\s+rilis|rilis\s+pers|keterangan\s+pers)\b.{0,80}\Z"
    r"|(?:nomor|no\.?)\s*:?\s*[\w./-]*\d[\w./ -]*\Z"
    r"|(?:kementerian|badan|lembaga|pemerintah|sekretariat|biro|dinas)\b[^.a-z]{0,120}\Z",
    re.IGNORECASE,
)
SHORT_LINE = re.compile(r"\W*\Z|\|\s*\Z")


def extract_body(page: ParsedPage, title: str, selector: str | None = None, remove: str | None = None) -> str:
    """The article's paragraphs, apart by a blank line; "" when there are none.

    `selector`, `remove`: a source's own CSS selectors of the body, and of what to cut out of the page.
    """
    tree = copy.deepcopy(page.tree)
    for element in tree.cssselect(remove) if remove else ():
        element.drop_tree()
    if selector:
        found = [_plain(element) for element in tree.cssselect(selector)]
        text = "\n".join(part for part in found if part.strip())
        if text.strip():
            return tidy(text, title)
    _unfold(tree)
    core = _trafilatura(tree, precision=True)
    text = tidy("\n".join(read_region(read_blocks(page.tree), core, title)), title)
    stated = page.json_ld.get("articleBody")
    wanted = len(stated) * SHARE_OF_LD if isinstance(stated, str) else 0
    if len(text) < max(SHORT, wanted):
        others = [tidy(core, title), tidy(_trafilatura(tree, precision=False), title)]
        if isinstance(stated, str) and wanted:
            others.append(tidy(_strip_markup(stated), title))
        longest = max(others, key=len)
        if len(longest) > 1.5 * len(text):
            text = longest
    return text


def tidy(text: str, title: str) -> str:
    """Drop the repeated title, letterhead, boilerplate and trailers; paragraphs apart by one blank line."""
    kept: list[str] = []
    title_key = _key(title)
    for raw in re.split(r"\s*\n\s*", text.strip()):
        line = " ".join(raw.split())
        if TRAILER.match(line):
            break
        if not line or SHORT_LINE.fullmatch(line) or BOILERPLATE.match(line):
            continue
        if not kept and (_key(line) == title_key or (LETTERHEAD.match(line) and len(line) < 160)):
            continue
        kept.append(line)
    return PARAGRAPH_BREAK.join(kept)


def _trafilatura(tree: lxml.html.HtmlElement, *, precision: bool) -> str:
    try:
        found = trafilatura.bare_extraction(
            copy.deepcopy(tree),
            favor_precision=precision,
            favor_recall=not precision,
            include_comments=False,
            include_tables=False,
            include_formatting=False,
            with_metadata=False,
            fast=True,
            deduplicate=False,
        )
    except (ValueError, AssertionError, RecursionError, etree.LxmlError):
        return ""
    return (getattr(found, "text", "") if found is not None else "") or ""


def _densest(tree: lxml.html.HtmlElement) -> str:
    """The text of the element whose own paragraphs hold most words."""
    best, most = "", 0
    for element in tree.iter("article", "main", "section", "div", "td", "body"):
        words = sum(len((child.text_content() or "").split()) for child in element.iterchildren("p"))
        words += sum(len((child.tail or "").split()) for child in element.iterchildren("br"))
        if words > most:
            best, most = _plain(element), words
    return best


def _unfold(tree: lxml.html.HtmlElement) -> None:
    """Turn what hides paragraphs from trafilatura into <p>: texts in <pre>, runs of <br>, bare text in <body>."""
    for element in list(tree.iter("pre")):
        if element.find(".//code") is None and element.text_content().count("\n") >= 2:
            _into_paragraphs(element, element.text_content())
    for element in list(tree.iter("div", "td", "section", "article", "body", "p")):
        if len(element.findall("br")) >= 2 and not element.findall(".//p") and not element.findall(".//div"):
            _into_paragraphs(element, _plain(element))
    body = tree.find("body")
    if body is not None and not body.findall(".//p") and not body.findall(".//div"):
        text = _plain(body)
        if text.count("\n") >= 2:
            _into_paragraphs(body, text)


def _into_paragraphs(element: lxml.html.HtmlElement, text: str) -> None:
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
    """An element's visible text, a line a block."""
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
    if "<" not in text:
        return text
    try:
        return _plain(lxml.html.fragment_fromstring(text, create_parent="div"))
    except (etree.ParserError, ValueError):
        return text


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
