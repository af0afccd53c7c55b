"""Region: which element holds the article, by what trafilatura found, and what else in it belongs to the article.

trafilatura picks the article's paragraphs well. But it loses bare text beside them (a lead that stands in the container
itself, a last line behind a <br>), and it takes in teasers from elsewhere. So its answer only marks blocks of the page:
the core. The element that holds nearly all of the core is the article, and it is read again in full.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile

import lxml.html

from pipelines.extract.blocks import INLINE, Block, key
from pipelines.extract.boilerplate import SENTENCE_END
from pipelines.extract.scope import Scope, headline_of, misnamed, scope_of

NEARLY_ALL = 0.9  # the deepest element with this share of the core's words is taken for the article
SHORT_KEY = 25  # characters; a shorter block is of the core only when it is a whole line of it
# Of a page's paragraphs that stand in one element: on 55 article pages of 24 sites at least .74 (.69 without classes),
# on lists .12 to .17. The middle between both without any one site is .40 to .47; no page of that site is beyond it.
TOGETHER = 0.5
STRAY_WORDS = 40  # an element with fewer words than a long paragraph is no part of an article that stands elsewhere
FIRST_SHARE = 0.4  # of the longest text, which the first one must have to be the article
COPIED = 0.7  # of what follows a text's beginning when that comes again: then it is a copy
MANY = 5_000  # blocks; no article page has more, and looking for each of them inside the core would take long
# Where pictures are the story, their captions belong to the text: when it has fewer than NO_TEXT words, or fewer than
# FEW_WORDS beside GALLERY captions.
NO_TEXT, GALLERY, FEW_WORDS = 25, 3, 60
DATELINE_ALONE = re.compile(r"[A-Z][\w .,()/'’]{2,60}\s*[-–—]{1,2}")


def read_region(blocks: Sequence[Block], core: str, title: str) -> list[str]:
    """The article's paragraphs; an empty list when nothing on the page reads like an article.

    `core`: trafilatura's reading, a line a paragraph; "" when it has none.
    """
    _mark_core(blocks, core)
    scope = _scope(blocks, title)
    usable = scope.blocks
    chosen = _without_strays([block for block in usable if block.core and not block.caption])
    dense = densest(usable)
    container = _common([block for block in chosen if block.prose] or chosen)
    if container is None or 3 * _words(chosen) < _words(dense):
        chosen = dense
        container = _common(dense)
    if container is None:
        return []
    container = _lifted(container, usable)
    inside = [block for block in usable if _within(block.element, container)]
    kept = _complete(inside, {id(block) for block in chosen})
    if scope.element is not None:
        kept = _adjoining(usable, kept)
    captions = [block for block in inside if block.caption and block.prose]
    if _words(kept) < (FEW_WORDS if len(captions) >= GALLERY else NO_TEXT):
        kept = sorted({id(b): b for b in (*kept, *captions)}.values(), key=inside.index)
    return _join_datelines(_once(kept))


def holder_of(blocks: Sequence[Block], title: str) -> lxml.html.HtmlElement | None:
    """The element that holds nearly all paragraphs that may be the article's.

    None on a page without any, or where most of them stand here and there, as the first lines in a list of articles do.
    """
    _mark_core(blocks, "")
    usable = _scope(blocks, title).blocks
    dense, prose = densest(usable), [block for block in usable if block.prose]
    open_prose = [block for block in prose if not block.caption]
    if _words(dense) <= _words(open_prose):
        prose = open_prose
    if _words(dense) < TOGETHER * _words(prose):
        return None
    holder = _common(prose)
    return None if holder is None else _lifted(holder, usable)


def _scope(blocks: Sequence[Block], title: str) -> Scope:
    """Where the article is looked for, by what is marked as the core, if anything is."""
    usable = _usable(blocks, [block for block in blocks if block.core], title)
    place = headline_of(usable, key(title))
    return Scope(usable, None) if place is None else scope_of(usable, place, densest(usable[place + 1 :]))


def _adjoining(blocks: Sequence[Block], kept: list[Block]) -> list[Block]:
    """The kept blocks with the sentences right before and behind them: a lead in a box, a last paragraph beside."""
    wanted = {id(block) for block in kept}
    places = [i for i, block in enumerate(blocks) if id(block) in wanted]
    if not places:
        return kept
    said = "".join(block.key for block in kept)  # a sentence in a box of its own may be the text's, said twice
    before = takewhile(_is_sentence, reversed(blocks[: places[0]]))
    behind = takewhile(_is_sentence, blocks[places[-1] + 1 :])
    found = [*reversed(list(before)), *kept, *behind]
    return found if len(found) > MANY else [b for b in found if id(b) in wanted or b.key not in said]


def _is_sentence(block: Block) -> bool:
    return block.prose and not block.linked and not block.caption and bool(SENTENCE_END.search(block.text))


def _once(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without a second copy of them all; some pages have their text twice, for phones and for desks.

    A single line may come again: the requirements of each post in an advertisement, a refrain.
    """
    seen: dict[str, int] = {}
    for i, block in enumerate(blocks):
        if block.prose and seen.setdefault(block.key, i) != i:
            head, tail = {other.key for other in blocks[:i]}, blocks[i:]
            again = _words(other for other in tail if other.key in head)
            if again >= COPIED * _words(tail):
                return [*blocks[:i], *(other for other in tail if other.key not in head)]
            return list(blocks)
    return list(blocks)


def _mark_core(blocks: Sequence[Block], core: str) -> None:
    """Mark the blocks that trafilatura took for the article's."""
    lines = {key(line) for line in core.splitlines()} - {""}
    everything = "".join(key(line) for line in core.splitlines()) if len(blocks) <= MANY else ""
    for block in blocks:
        text = block.key
        block.core = bool(text) and (text in lines or (len(text) >= SHORT_KEY and text in everything))


def _usable(blocks: Sequence[Block], marked: Sequence[Block], title: str) -> list[Block]:
    """The blocks that do not stand aside.

    An element that holds the title does not stand aside, whatever its name. Nor does one that holds most of the core,
    unless there is a text of some length elsewhere.
    """
    total, title_key = _words(block for block in marked if block.prose), key(title)
    around: Counter[lxml.html.HtmlElement] = Counter()
    wrong: set[lxml.html.HtmlElement] = set()  # elements that are named as if they stood aside
    for block in blocks:
        if title_key and block.key == title_key and not block.linked:
            wrong.update(block.aside)
        for element in block.aside if block.core and block.prose else ():
            around[element] += block.words
    heavy = {element for element, words in around.items() if 2 * words > total and element not in wrong}
    if heavy:
        elsewhere = _words(block for block in blocks if block.prose and wrong.issuperset(block.aside))
        if elsewhere < max(NO_TEXT, max(around[element] for element in heavy) // 2):
            wrong |= heavy
    place = headline_of(blocks, title_key)
    behind = blocks if place is None else blocks[place + 1 :]
    in_the_open = densest([block for block in behind if not block.aside])
    wrong |= misnamed(blocks, -1 if place is None else place, densest(behind), in_the_open)
    return [block for block in blocks if wrong.issuperset(block.aside)]


def _without_strays(chosen: list[Block]) -> list[Block]:
    """The core without teasers: short texts that stand neither in the article's element nor in one like it."""
    homes: dict[int, lxml.html.HtmlElement] = {}
    inside = Counter(id(block.element) for block in chosen)
    words: Counter[lxml.html.HtmlElement] = Counter()
    of_a_kind: Counter[Kind] = Counter()
    for block in chosen:
        home = block.element if inside[id(block.element)] > 1 else _outer(block.element)
        homes[id(block)] = _wrapped(block.element if home is None else home)
        words[homes[id(block)]] += block.words if block.prose else 0
        of_a_kind[_kind(homes[id(block)])] += block.words if block.prose else 0
    if not words:
        return chosen
    most = max(of_a_kind.values())
    # The first that is long enough, since comments may be longer than the article, and come behind it.
    main = next(home for home in words if of_a_kind[_kind(home)] >= min(most, max(STRAY_WORDS, FIRST_SHARE * most)))
    strong = {
        home
        for home, count in words.items()
        if count >= STRAY_WORDS or _kind(home) == _kind(main) or _within(home, main) or _within(main, home)
    }
    first = next(i for i, block in enumerate(chosen) if homes[id(block)] is main)
    # A lead may have a box of its own above the article.
    return [b for i, b in enumerate(chosen) if homes[id(b)] in strong or (i < first and b.prose and not b.linked)]


def _wrapped(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """The outermost element that holds nothing but this one, since page builders wrap each paragraph several times."""
    parent = element.getparent()
    while parent is not None and len(parent) == 1 and parent.tag not in ("body", "html"):
        element, parent = parent, parent.getparent()
    return element


Kind = tuple[str, str | lxml.html.HtmlElement | None]


def _kind(home: lxml.html.HtmlElement) -> Kind:
    """What elements of one kind have in common: tag and class, or tag and parent."""
    return str(home.tag), home.get("class") or home.getparent()


def densest(blocks: Sequence[Block]) -> list[Block]:
    """The paragraphs of the element that holds most words of prose itself; a grandparent counts for half."""
    scores: Counter[lxml.html.HtmlElement] = Counter()
    for block in blocks:
        if not block.prose:
            continue
        scores[block.element] += block.words // 2
        parent = block.element.getparent()
        if parent is not None:
            scores[parent] += block.words
            if parent.getparent() is not None:
                scores[parent.getparent()] += block.words // 2
    if not scores:
        return []
    best = max(scores, key=lambda element: scores[element])
    inside = [block for block in blocks if block.prose and _within(block.element, best)]
    text = [block for block in inside if not block.caption]
    return text if _words(text) >= NO_TEXT else inside


def _common(blocks: Sequence[Block]) -> lxml.html.HtmlElement | None:
    """The deepest element that holds nearly all of the blocks' words."""
    holds: Counter[lxml.html.HtmlElement] = Counter()
    for block in blocks:
        holds[block.element] += block.words
        for ancestor in block.element.iterancestors():
            holds[ancestor] += block.words
    enough = NEARLY_ALL * _words(blocks)
    deepest, depth = None, -1
    for element, words in holds.items():
        if words >= enough:
            level = sum(1 for _ in element.iterancestors())
            if level > depth:
                deepest, depth = element, level
    return deepest


def _lifted(container: lxml.html.HtmlElement, blocks: Iterable[Block]) -> lxml.html.HtmlElement:
    """The element around, when the container is an inline one or when prose stands bare beside it (a lead)."""
    outer = _outer(container)
    if outer is None or container.tag in ("body", "html"):
        return container
    if (
        container.tag == "p"
        or container.tag in INLINE
        or any(block.element is outer and block.prose for block in blocks)
    ):
        return outer
    return container


def _within(element: lxml.html.HtmlElement, container: lxml.html.HtmlElement) -> bool:
    return element is container or any(ancestor is container for ancestor in element.iterancestors())


def _complete(blocks: Sequence[Block], chosen: set[int]) -> list[Block]:
    """The chosen blocks with the prose around them that they share a home with, or that stands between them."""
    places = [i for i, block in enumerate(blocks) if id(block) in chosen]
    if not places:
        return []
    homes = {home for i in places if blocks[i].prose for home in _homes(blocks[i])}
    prose = [i for i in places if blocks[i].prose] or places
    kept = []
    for i, block in enumerate(blocks):
        between = prose[0] < i < prose[-1]
        at_home = not homes or block.element in homes or _outer(block.element) in homes
        if block.words > 2 and block.linked * 5 >= len(block.text) * 4 and not SENTENCE_END.search(block.text):
            wanted = False  # a link to another article
        elif id(block) in chosen:
            wanted = between or at_home
        elif block.caption:
            wanted = False
        elif block.prose:
            wanted = between or at_home
        else:
            wanted = block.element in homes and i < prose[-1] and bool(DATELINE_ALONE.fullmatch(block.text))
        if wanted:
            kept.append(block)
    return kept


def _homes(block: Block) -> tuple[lxml.html.HtmlElement, lxml.html.HtmlElement | None]:
    return block.element, _outer(block.element)


def _outer(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """The nearest element around it that is no inline one (old layouts wrap whole articles in <span> or <font>)."""
    parent = element.getparent()
    while parent is not None and parent.tag in INLINE:
        parent = parent.getparent()
    return parent


def _join_datelines(blocks: Sequence[Block]) -> list[str]:
    """The blocks' lines; a dateline that stands alone ("Jakarta -") goes to the paragraph after it."""
    lines: list[str] = []
    waiting = ""
    for block in blocks:
        if not waiting and DATELINE_ALONE.fullmatch(block.text) and not lines:
            waiting = block.text
            continue
        lines.append(f"{waiting} {block.text}" if waiting else block.text)
        waiting = ""
    return lines


def _words(blocks: Iterable[Block]) -> int:
    return sum(block.words for block in blocks)
