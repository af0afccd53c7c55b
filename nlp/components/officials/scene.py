"""The scene of a document: its names, posts and institutions, from which links.py reads who holds what.

The ner's usual slips are put right here. It takes a post with its holder for one post ("Wakil Bupati Solok Sari"),
leaves out the opening words of a post ("Plt." of "Plt. Bupati Garut"), and sees nothing where extraction lost a line
break ("... Kerja SamaSari DewiBagikan").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

from nlp.components.name_agreement import is_free_word
from nlp.components.name_edges import teasers_in
from nlp.components.names import TAIL_OF_HONORIFICS, NameMention, name_at
from nlp.components.officials import patterns
from nlp.components.people import Offsets, post_words, read_people
from nlp.components.posts import HEAD, INSTITUTION_WORDS, glued_signatures
from nlp.components.speech_verbs import ACTIVE_VERBS
from nlp.document import text_of
from nlp.gazetteers import name_words

LONGEST_NAME = 5  # words
LONGEST_GAP = 60  # characters between a post and the name of its holder: "(Mensos), Dr. H. "
CAPITALISED_WORD = re.compile(r"[A-Z][\w'’.-]*")
# A whole name that a post swallowed: "Solok Sari", "Budi bin Anwar", "I Made K. Putra".
NAME_TAIL = re.compile(r"[A-Z][\w'’-]*\.?(?:[ \xa0](?:bin|binti|[A-Z][\w'’-]*\.?)){0,4}(?<![.])(?=[\s,.)(\"”]|\Z)")
# Between a post and the name of its holder: " (Mensos), Dr. ".
HOLDER = re.compile(rf"\s*(?:\([^()]*\))?\s*,?\s*(?:{TAIL_OF_HONORIFICS.pattern})?\Z")
# Words at the end of what the ner took for a post that lead on to nothing: "Kepala Dinas Sosial dan".
DANGLING = re.compile(r"(?:\s+(?:dan|serta|untuk|bidang|for|of|and|the))*[\s,]*\Z")
# A word that begins a post and that no list has, in mid-sentence: "dari |Astamerena |Kapolri".
UNKNOWN_OPENING = re.compile(r"(?<=[a-z] )(?P<word>[A-Z][a-z]{3,}) \Z")
# A former post of somebody whom the post before it serves, or a second post of the same holder: "Staf Khusus| |mantan
# Menteri P", "Direktur Utama| merangkap |Direktur P".
OTHERS_POST = re.compile(r"(?<=[a-z])\s+(?:(?=(?:mantan|eks)\s+[A-Z])|(?:merangkap|sekaligus)\s+(?=[A-Z]))")
# What follows the name of somebody who acts or speaks: " mengatakan", ", turut hadir".
ACTS = re.compile(
    rf"\s*,?\s*(?:{'|'.join(ACTIVE_VERBS)}|turut|hadir|saat|usai|ketika|memimpin|menerima|meninjau|membuka)\b"
)
REGIONAL = re.compile(r"(?:\w+\.?\s+)?(?:Bupati|Wali ?[Kk]ota|Gubernur)\b")  # a post that heads a region
# What follows a post or an institution rather than a name: "Dinas Sosial (Dinsos)", "Bupati Bogor tersebut".
NOT_A_NAME = re.compile(r"\s*(?:\(|(?:itu|ini|tersebut|sekaligus|selaku|yang\s+juga)\b)")


@dataclass(slots=True)
class Scene:
    """What links.py reads.

    text       the Doc's text
    mentions   the names in it
    posts      the posts in it, each with its opening words
    bodies     the institutions and places in it
    title_end  where the headline ends
    teasers    where teasers for other articles stand

    Each list is in the order of the text.
    """

    text: str
    mentions: list[NameMention]
    posts: list[Offsets]
    bodies: list[Offsets]
    title_end: int = 0
    teasers: list[Offsets] = field(default_factory=list)
    name_starts: list[int] = field(init=False)
    body_starts: list[int] = field(init=False)
    post_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        named = {position for found in self.mentions for position in range(found.start, found.end)}
        self.posts = list(_merged(self.text, self.posts, named))
        self.name_starts = [mention.start for mention in self.mentions]
        self.body_starts = [start for start, _ in self.bodies]
        self.post_starts = [start for start, _ in self.posts]

    def before(self, position: int) -> NameMention | None:
        """The last name that begins before `position`."""
        i = bisect_left(self.name_starts, position)
        return self.mentions[i - 1] if i else None

    def after(self, position: int) -> NameMention | None:
        """The first name that begins at or after `position`."""
        i = bisect_left(self.name_starts, position)
        return self.mentions[i] if i < len(self.mentions) else None

    def is_headline(self, position: int) -> bool:
        """Whether `position` stands in the headline or in a teaser, which quotes another's."""
        i = bisect_right(self.teasers, (position, len(self.text)))
        return position <= self.title_end or (i > 0 and position < self.teasers[i - 1][1])

    def masked(self, start: int, end: int) -> str:
        """text[start:end] with institutions and places blotted out, whose small words would stop the patterns."""
        piece = self.text[start:end]
        for a, b in self.bodies[max(0, bisect_right(self.body_starts, start) - 1) :]:
            if a >= end:
                break
            if a >= start and b <= end:
                piece = piece[: a - start] + patterns.BODY * (b - a) + piece[b - start :]
        return piece


def _merged(text: str, posts: Sequence[Offsets], named: set[int]) -> Iterator[Offsets]:
    """The posts, each with its opening words ("Plt.") and with its own short form ("Menteri Sosial (Mensos)").

    named  the characters of people's names, of which no post opens
    """
    last: Offsets | None = None
    for start, end in posts:
        if last and text[last[1] : start].strip() == "(" and text[end : end + 1] == ")":
            last = (last[0], end + 1)
            continue
        if last:
            yield last
        floor = max(last[1] if last else 0, start - 40)
        opening = patterns.OPENING.search(text, floor, start)
        first = opening.start() if opening else _unknown_opening(text, floor, start, end)
        last = (start if first in named else first, end)
    if last:
        yield last


def _unknown_opening(text: str, floor: int, start: int, end: int) -> int:
    """Where a post begins before which an unknown word stands in mid-sentence: "dari |Astamerena Kapolri|"."""
    before = UNKNOWN_OPENING.search(text, floor, start) if HEAD.fullmatch(text, start, end) else None
    return (
        before.start("word")
        if before and is_free_word(before["word"]) and before["word"] not in name_words()
        else start
    )


def read_scene(doc: Doc, entities: Sequence[Span]) -> Scene:
    """The scene of a document with these entities."""
    text = text_of(doc)
    mentions, posts = read_people(doc, text, entities)
    bodies: list[Offsets] = []
    for entity in entities:
        if entity.label_ == "TITLE":
            posts += _parts(text, entity.start_char, entity.end_char)
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
    return Scene(text, mentions, posts, bodies, len(doc._.title), teasers_in(text))


def _parts(text: str, start: int, end: int) -> Iterator[Offsets]:
    """The posts in what the ner took for one: two if another's former post stands in it, and nothing behind "ini"."""
    pointing = patterns.POINTS.search(text, start, end)
    end = pointing.start() if pointing else end
    inner = OTHERS_POST.search(text, start, end)
    if inner:
        yield start, start + len(text[start : inner.start()].rstrip())
        start = inner.end()
    loose = DANGLING.search(text[start:end])
    yield start, start + (loose.start() if loose else end - start)


def _signatures(text: str, mentions: Sequence[NameMention]) -> Iterator[tuple[Offsets, NameMention]]:
    """Posts and names at the foot of a press release that a lost line break glued together; known names apart."""
    for match in glued_signatures(text):
        start, end = match.span("name")
        if not any(found.start < end and start < found.end for found in mentions):
            yield match.span("post"), name_at(text, start, end)


def _freed(
    text: str, posts: Sequence[Offsets], mentions: Sequence[NameMention], bodies: Sequence[Offsets], title_end: int
) -> tuple[list[Offsets], list[NameMention]]:
    """(the posts without the names that they swallowed, names that the ner did not see).

    The names are those that a post swallowed, and those right behind a post.
    """
    known = {word for found in mentions for word in found.words if len(word) > 3}
    starts = [found.start for found in mentions]
    named_bodies = " | ".join({text[start:end] for start, end in bodies})
    kept: list[Offsets] = []
    freed: list[NameMention] = []
    for start, end in posts:
        i = bisect_left(starts, end)
        limit = starts[i] if i < len(starts) else len(text)
        if _holds(text, end, limit):
            kept.append((start, end))
            continue
        reach = end
        cut = _name_in(text, start, end, known)
        if cut is None and start >= title_end:
            match = patterns.UNSEEN_NAME.match(text, end, min(limit, end + patterns.POST_REACH))
            reach = match.end() if match else end
            cut = _name_in(text, start, reach, known) if reach > end and ACTS.match(text, reach) else None
        if cut is None or text[cut:reach] in named_bodies or reach > limit:
            kept.append((start, end))
            continue
        kept.append((start, min(end, len(text[:cut].rstrip(" ,")))))
        freed.append(name_at(text, cut, reach))
    return kept, freed


def _holds(text: str, end: int, name: int) -> bool:
    """Whether the name that begins at `name` is the holder's of the post that ends at `end`."""
    return name < len(text) and name - end < LONGEST_GAP and HOLDER.match(text, end, name) is not None


def _name_in(text: str, start: int, end: int, known: set[str]) -> int | None:
    """Where the name begins that closes text[start:end], a post with more behind it; None if no name does.

    It begins at a word of a name that the document names elsewhere (`known`); else behind the last word of posts,
    institutions and regions, if two words or more are left; of a post that heads no region, half of them words of names.
    """
    head = HEAD.match(text, start, end)
    if head is None or NOT_A_NAME.match(text, end):
        return None
    words = list(CAPITALISED_WORD.finditer(text, head.end(), end))
    strange = [word.group().casefold() not in post_words() and not word.group().isupper() for word in words]
    first = next((i for i, word in enumerate(words) if strange[i] and word.group().casefold() in known), None)
    if first is None:
        first = next((i for i, unknown in enumerate(strange) if unknown), 0)
        if not first or len(words) - first < 2 or words[first - 1].group().casefold() in INSTITUTION_WORDS:
            return None
        named = 2 * sum(word.group() in name_words() for word in words[first:]) >= len(words) - first
        if not named and not REGIONAL.match(text, start, end):
            return None  # "Ketua DPD Partai Gelora Minahasa Tenggara"
    cut = words[first].start()
    if len(words) - first > LONGEST_NAME or not NAME_TAIL.fullmatch(text, cut, end):
        return None
    tail = [word.group() for word in words[first:]]
    return None if any(word.isupper() or word.casefold() in INSTITUTION_WORDS for word in tail) else cut
