"""What the officials are read from: names, posts and institutions of a document, with the ner's usual slips put right.

A ner trained on little data takes a post for a name ("Wakapolres"), a post with its holder for one post ("Wakil Bupati
Solok Sari"), misses a name that only a rank announces, and sees nothing where extraction lost a line break ("... Kerja
SamaSari DewiBagikan").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from spacy.tokens import Doc
from spacy.tokens import Span as Entity

from nlp.components.names import LEADING, TAIL_OF_HONORIFICS, Mention, mention
from nlp.components.officials import patterns
from nlp.components.posts import HEAD, INSTITUTION_WORDS, NAME_LIKE, glued_signatures, heads_in
from nlp.components.quotes.speech import ACTIVE_VERBS
from nlp.document import text_of
from nlp.gazetteers import countries, regions

Span = tuple[int, int]
POST_WORDS = Path(__file__).resolve().parents[2] / "gazetteers" / "post_words.txt"
LONGEST_NAME = 5  # words
NAME_WORD = re.compile(r"[A-Z][\w'’.-]*")
NAME_TAIL = re.compile(r"[A-Z][\w'’-]*\.?(?:[ \xa0](?:bin|binti|[A-Z][\w'’-]*\.?)){0,4}(?<![.])(?=[\s,.)(\"”]|\Z)")
HOLDER = re.compile(rf"\s*(?:\([^()]*\))?\s*,?\s*(?:{TAIL_OF_HONORIFICS.pattern})?\Z")
DANGLING = re.compile(r"(?:\s+(?:dan|serta|untuk|bidang|for|of|and|the))*[\s,]*\Z")
# What follows the name of someone who acts or speaks.
SUBJECT = re.compile(
    rf"\s*,?\s*(?:{'|'.join(ACTIVE_VERBS)}|turut|hadir|saat|usai|ketika|memimpin|menerima|meninjau|membuka)\b"
)
WORD_BEFORE = re.compile(r"(?:,|(?<![\w.-])[a-z]+)[ \xa0](?P<word>[A-Z][a-z]+)[ \xa0]\Z")
# What follows the name of an institution or a post without a holder rather than a name.
NOT_A_NAME = re.compile(r"\s*(?:\(|(?:itu|ini|tersebut|sekaligus|selaku|yang\s+juga)\b)")


@dataclass(slots=True)
class Scene:
    """What the linking reads: the text, and in it the names, the posts, the institutions and places (sorted spans).

    title_end  where the headline ends
    """

    text: str
    mentions: list[Mention]
    posts: list[Span]
    bodies: list[Span]
    title_end: int = 0
    name_starts: list[int] = field(init=False)
    body_starts: list[int] = field(init=False)
    post_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.posts = list(_merged(self.text, self.posts))
        self.name_starts = [mention.start for mention in self.mentions]
        self.body_starts = [start for start, _ in self.bodies]
        self.post_starts = [start for start, _ in self.posts]

    def before(self, position: int) -> Mention | None:
        """The last name that begins before `position`."""
        i = bisect_left(self.name_starts, position)
        return self.mentions[i - 1] if i else None

    def after(self, position: int) -> Mention | None:
        """The first name that begins at or after `position`."""
        i = bisect_left(self.name_starts, position)
        return self.mentions[i] if i < len(self.mentions) else None

    def masked(self, start: int, end: int) -> str:
        """text[start:end] with institutions and places blotted out."""
        piece = self.text[start:end]
        for a, b in self.bodies[max(0, bisect_right(self.body_starts, start) - 1) :]:
            if a >= end:
                break
            if a >= start and b <= end:
                piece = piece[: a - start] + patterns.BODY * (b - a) + piece[b - start :]
        return piece


def _merged(text: str, posts: Sequence[Span]) -> Iterator[Span]:
    """The posts, each with its opening words, and with its own short form in brackets ("Menteri Sosial (Mensos)")."""
    last: Span | None = None
    for start, end in posts:
        if last and text[last[1] : start].strip() == "(" and text[end : end + 1] == ")":
            last = (last[0], end + 1)
            continue
        if last:
            yield last
        opening = patterns.OPENING.search(text, max(last[1] if last else 0, start - 40), start)
        last = (opening.start() if opening else start, end)
    if last:
        yield last


@lru_cache(maxsize=1)
def post_words() -> frozenset[str]:
    """Words of posts, institutions and regions, case folded: a name does not begin with them. Read on first use."""
    lines = POST_WORDS.read_text(encoding="utf-8").splitlines()
    words = {word for line in lines if not line.startswith("#") for word in line.split()} | INSTITUTION_WORDS
    for kind in ("provinsi", "kabupaten", "kota"):
        words.update(word for name in regions().by_name[kind] for word in name.split())
    words.update(word for name in countries() for word in name.split())
    return frozenset(words)


def read_names(doc: Doc, text: str, entities: Sequence[Entity]) -> tuple[list[Mention], list[Span]]:
    """The names of people in the document, and the posts that the ner took for names or for parts of them."""
    names: list[Mention] = []
    posts: list[Span] = []
    title_end = len(doc._.title)
    for entity in entities:
        if entity.label_ != "PER":
            continue
        start, end = entity.start_char, entity.end_char
        heads = [head for head in heads_in(text, start, end) if head.group() not in NAME_LIKE]
        for head in heads:
            posts.append(head.span())
            if head.start() - start < 2:
                start = head.end() + 1
            else:
                end = head.start()
        if start >= title_end:
            start = _grown(doc, text, start)
        if start < end:
            found = mention(text, start, end)
            if found.key:
                names.append(found)
    return names, posts


def _grown(doc: Doc, text: str, start: int) -> int:
    """The start of a name, before the strange capitalised word in mid-sentence that the ner left out."""
    before = WORD_BEFORE.search(text, max(0, start - 30), start)
    if before and _strange(before["word"]) and not _labelled(doc, before.start("word")):
        return before.start("word")
    return start


def _strange(word: str) -> bool:
    """Whether a word is none of posts, institutions, regions, forms of address and the calendar."""
    return word.casefold() not in post_words() and LEADING.match(word + " ") is None


def _labelled(doc: Doc, position: int) -> bool:
    """Whether the token at a character offset is a part of an entity."""
    span = doc.char_span(position, position + 1, alignment_mode="expand")
    return span is not None and span[0].ent_type != 0


def read_scene(doc: Doc, entities: Sequence[Entity]) -> Scene:
    """The document's names, posts, institutions and places as the ner gives them, put right by the words themselves."""
    text = text_of(doc)
    mentions, posts = read_names(doc, text, entities)
    bodies: list[Span] = []
    for entity in entities:
        if entity.label_ == "TITLE":
            loose = DANGLING.search(entity.text)
            posts.append((entity.start_char, entity.start_char + (loose.start() if loose else len(entity.text))))
        elif entity.label_ in ("ORG", "GPE"):
            bodies.append((entity.start_char, entity.end_char))
    for post, found in _signatures(text, mentions):
        posts = [(a, b) for a, b in posts if b <= post[0] or a >= post[1]]
        bodies = [(a, b) for a, b in bodies if b <= found.start or a >= found.end]
        posts.append(post)
        mentions.append(found)
    posts.sort()
    mentions.sort(key=lambda found: found.start)
    posts, freed = _freed(text, posts, mentions, bodies, len(doc._.title))
    mentions = sorted([*mentions, *freed], key=lambda found: found.start)
    return Scene(text, mentions, posts, bodies, len(doc._.title))


def _signatures(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[Span, Mention]]:
    """Posts and names that a lost line break glued to each other at the foot of a press release."""
    for match in glued_signatures(text):
        start, end = match.span("name")
        if not any(found.start < end and start < found.end for found in mentions):
            yield match.span("post"), mention(text, start, end)


def _freed(
    text: str, posts: Sequence[Span], mentions: Sequence[Mention], bodies: Sequence[Span], title_end: int
) -> tuple[list[Span], list[Mention]]:
    """The posts without the names that they swallowed; these names, and those after a post that the ner did not see."""
    known = {word for found in mentions for word in found.key if len(word) > 3}
    starts = [found.start for found in mentions]
    named_bodies = " | ".join({text[start:end] for start, end in bodies})
    kept: list[Span] = []
    freed: list[Mention] = []
    for start, end in posts:
        i = bisect_left(starts, end)
        limit = starts[i] if i < len(starts) else len(text)
        if _holds(text, end, limit):
            kept.append((start, end))
            continue
        reach = end
        cut = _name_in(text, start, end, known)
        if cut is None and start >= title_end:
            match = patterns.UNSEEN_NAME.match(text, end, min(limit, end + patterns.WINDOW))
            reach = match.end() if match else end
            cut = _name_in(text, start, reach, known) if reach > end and SUBJECT.match(text, reach) else None
        if cut is None or text[cut:reach] in named_bodies or reach > limit:
            kept.append((start, end))
            continue
        kept.append((start, min(end, len(text[:cut].rstrip(" ,")))))
        freed.append(mention(text, cut, reach))
    return kept, freed


def _holds(text: str, end: int, name: int) -> bool:
    """Whether the name that begins at `name` is that of the holder of the post that ends at `end`."""
    return name < len(text) and name - end < 60 and HOLDER.match(text, end, name) is not None


def _name_in(text: str, start: int, end: int, known: set[str]) -> int | None:
    """Where a name begins inside a post: at a word known from a name, or after its last word of posts and regions."""
    head = HEAD.match(text, start, end)
    if head is None or NOT_A_NAME.match(text, end):
        return None
    words = list(NAME_WORD.finditer(text, head.end(), end))
    strange = [word.group().casefold() not in post_words() and not word.group().isupper() for word in words]
    first = next((i for i, word in enumerate(words) if strange[i] and word.group().casefold() in known), None)
    if first is None:
        first = next((i for i, unknown in enumerate(strange) if unknown), 0)
        if not first or len(words) - first < 2 or words[first - 1].group().casefold() in INSTITUTION_WORDS:
            return None
    cut = words[first].start()
    if len(words) - first > LONGEST_NAME or not NAME_TAIL.fullmatch(text, cut, end):
        return None
    tail = [word.group() for word in words[first:]]
    return None if any(word.isupper() or word.casefold() in INSTITUTION_WORDS for word in tail) else cut
