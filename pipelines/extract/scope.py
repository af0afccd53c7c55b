"""Scope: the part of a page that belongs to its headline; what stands before it or far from it is another's.

The article follows its headline, and both share an element that the page's foot, its consent notice and its lists of
others do not share. Nothing of this asks for names of classes, so it holds where they mislead or are missing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import lxml.html

from pipelines.extract.blocks import HEADINGS, Block

FEW_WORDS = 8  # of prose that make a picture's post
SMALL = 60  # words; where all prose of a page is less, its post may be less than its foot
SHARE = 0.4  # of the prose that comes into question, which the headline's element must hold
ENOUGH = 25  # words behind a heading that make it the article's, however much stands before it
# Asides that never hold an article, however long they are.
NEVER = re.compile(r"comment|komentar|disqus|footer|cookie|consent|modal|popup", re.IGNORECASE)
# Times the words of the longest text in the open that an aside right behind the headline must hold to be the article,
# and times all the words in the open that any must.
MUCH, ALONE = 1.5, 4
MOST_BLOCKS = 5_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the article is looked for: the blocks behind the headline, and the element that holds both; None: all."""

    blocks: list[Block]
    element: lxml.html.HtmlElement | None


def headline_of(blocks: Sequence[Block], title_key: str) -> int | None:
    """The position of the block that is the headline: a heading if one says it, else the first line that does.

    Of a heading over several lines it is the last one; a caption that repeats the headline is none.
    """
    if not title_key:
        return None
    line = None
    said = ""
    for i, block in enumerate(blocks):
        heading = _is_heading(block)
        said = said + block.key if heading and i and blocks[i - 1].element is block.element else block.key
        if title_key in (block.key, said):
            if heading:
                return i
            line = i if line is None and not block.caption else line
    return line


def _is_heading(block: Block) -> bool:
    element = block.element
    around = element.getparent()
    return element.tag in HEADINGS or (around is not None and around.tag in HEADINGS)


def scope_of(blocks: Sequence[Block], place: int, dense: Sequence[Block]) -> Scope:
    """The scope of the headline at `place` among `blocks`; `dense`: the longest text behind it."""
    if len(blocks) > MOST_BLOCKS:
        return Scope(list(blocks), None)
    headline, behind = blocks[place], list(blocks[place + 1 :])
    long = {id(block) for block in dense}
    after = [block for block in behind if block.prose and (block.core or id(block) in long)]
    words = sum(block.words for block in after)
    if words < SMALL:  # a picture's post may be nothing but its caption, which nobody takes for a text
        after = [block for block in behind if block.prose]
        words = sum(block.words for block in after)
    before = sum(block.words for block in blocks[:place] if block.prose and block.core)
    if words < (ENOUGH if _is_heading(headline) and before > words else max(FEW_WORDS, before)):
        return Scope(list(blocks), None)
    holds: Counter[lxml.html.HtmlElement] = Counter()
    for block in after:
        holds[block.element] += block.words
        for ancestor in block.element.iterancestors():
            holds[ancestor] += block.words
    enough = FEW_WORDS if words < SMALL else SHARE * words
    for element in headline.element.iterancestors():
        if element.tag in ("body", "html"):
            break
        if holds[element] >= enough:
            return Scope([block for block in behind if _inside(block, element)], element)
    return Scope(behind, None)


def misnamed(
    blocks: Sequence[Block], headline: int, dense: Sequence[Block], in_the_open: Sequence[Block]
) -> set[lxml.html.HtmlElement]:
    """The elements named as asides that hold the article: a long text that follows the headline at once.

    headline     its position; -1 where the page shows none
    dense        the longest text behind it, wherever that stands
    in_the_open  the longest that stands in no aside
    """
    if not dense or not dense[0].aside or any(_never(element) for element in dense[0].aside):
        return set()
    first = next(i for i, block in enumerate(blocks) if block is dense[0])
    between = _words(block for block in blocks[headline + 1 : first] if block.prose and not block.aside)
    behind = _words(block for block in blocks[headline + 1 :] if block.prose and not block.aside)
    words = _words(dense)
    follows = headline >= 0 and between < ENOUGH and words >= max(ENOUGH, MUCH * _words(in_the_open))
    return set(dense[0].aside) if follows or words >= max(ENOUGH, ALONE * behind) else set()


def _words(blocks: Iterable[Block]) -> int:
    return sum(block.words for block in blocks)


def _never(element: lxml.html.HtmlElement) -> bool:
    style = element.get("style") or ""
    return bool(NEVER.search(f"{element.get('class') or ''} {element.get('id') or ''}")) or "none" in style


def _inside(block: Block, element: lxml.html.HtmlElement) -> bool:
    return block.element is element or any(ancestor is element for ancestor in block.element.iterancestors())
