"""The component `pantau_quotes`: speech, direct and told, and who says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from nlp.components.names import NameMention
from nlp.components.people import post_words, read_people
from nlp.components.posts import HEAD, NAME_LIKE
from nlp.components.quotes.indirect import indirect_quotes, verbs_of_saying
from nlp.components.quotes.speakers import People
from nlp.components.quotes.speech import (
    ACCORDING,
    AFTER,
    BEFORE,
    CLAUSE_END,
    INTRODUCES,
    PRONOUN,
    STOP,
    Speech,
    quoted,
)
from nlp.document import body_start, entities_of, text_of
from nlp.records import Quote

SHORTEST = 4  # words; fewer in quotation marks are speech only with a verb of saying right beside them
REACH = 170  # characters from a verb of saying to its subject; a long post may stand between
GOES_ON = 600  # characters from the end of speech to speech without a verb that may go on with it
# What follows a post that stands alone as a subject: "kata Kanit|.", "ujar Bupati| kepada", "kata Kapolsek| itu".
POST_ENDS = re.compile(r"\s*(?:[.,;:)\n]|(?:itu|ini|tersebut|kepada|saat|usai|dalam|di|pada|lagi|menambahkan)\b|\Z)")
TRIMMED = " \t\n\xa0,"  # characters at the ends of a piece of speech that are not part of it


class QuoteTagger:
    """Sets `doc._.quotes`: each piece of speech, direct or told, with its speaker and verb.

    Runs after `pantau_officials`, whose names and aliases tell which full name a speaker's short one stands for.
    """

    def __init__(self) -> None:
        post_words()  # read here rather than at the first document

    def __call__(self, doc: Doc) -> Doc:
        """Find the document's quotes."""
        text = text_of(doc)
        spans, verbs = quoted(text), verbs_of_saying(doc)
        if not spans and not verbs:
            doc._.quotes = []
            return doc
        people = People(read_people(doc, text, entities_of(doc))[0], doc._.officials or ())
        direct = list(_quotes(doc, text, spans, people))
        told = indirect_quotes(doc, verbs, people, spans, direct)
        doc._.quotes = sorted([*direct, *told], key=lambda quote: quote.start)
        return doc


def _quotes(doc: Doc, text: str, spans: Sequence[Speech], people: People) -> Iterator[Quote]:
    """The quotes among the pieces in quotation marks: those beside a verb of saying, and those that go on with one."""
    title_end, offset = len(doc._.title), body_start(doc._.title)
    last: NameMention | None = None
    paragraph_speech = -1  # end of the last speech taken
    for i, span in enumerate(spans):
        if span.start <= title_end:
            continue  # headlines quote without saying who speaks
        floor = max(spans[i - 1].outer_end if i else 0, text.rfind("\n", 0, span.start) + 1)
        ceiling = spans[i + 1].start - 1 if i + 1 < len(spans) else len(text)
        verb, speaker = _said(text, span, floor, ceiling, people, last)
        if verb is None:
            if not _goes_on(text, span, paragraph_speech):
                continue
            speaker = last
        last = speaker or last
        paragraph_speech = span.outer_end
        yield _quote(text, span, offset, verb, speaker, people)


def _said(
    text: str, span: Speech, floor: int, ceiling: int, people: People, last: NameMention | None
) -> tuple[str | None, NameMention | None]:
    """The verb of saying beside a piece of speech, and its subject; (None, None) if no verb stands there.

    floor, ceiling  the piece's own surroundings: they end at the speech before and behind it
    last            who spoke last; a verb without a name ("ujarnya") has them as its subject
    """
    after = AFTER.match(text, span.outer_end) if span.closed else None
    if after:
        subject = _subject_after(text, after, ceiling, people)
        post = _post_alone(text, after.end()) if subject is None else None
        if post is not None:
            return after["verb"], people.holder(post)
        return after["verb"], subject or last or _named_before(span.start, people)
    lead = text[floor : span.start - 1]
    if INTRODUCES.search(lead):
        sentence = max((m.end() for m in STOP.finditer(lead)), default=0)
        verb = BEFORE.search(lead, sentence) or ACCORDING.search(lead, sentence)
        named = people.within(floor + sentence, span.start)
        if verb:
            return verb["verb"], _nearest(named, floor + verb.start()) or last
        if named and lead.rstrip().endswith(":"):
            return "", named[-1]
    return None, None


def _subject_after(text: str, after: re.Match[str], ceiling: int, people: People) -> NameMention | None:
    """The name behind a verb that follows speech; None if the verb has a pronoun or its clause ends before a name."""
    if after["verb"].lower().endswith("nya") or PRONOUN.match(text, after.end()):
        return None
    named = people.within(after.end(), min(after.end() + REACH, ceiling))
    clause = CLAUSE_END.search(text, after.end(), after.end() + REACH)
    if named and clause and clause.start() < named[0].start and not _abbreviates(text, clause.start()):
        return None
    return named[0] if named else None


def _post_alone(text: str, start: int) -> str | None:
    """The first word of a post that stands at `start` as the subject, without its holder's name: "kata |Kanit|."."""
    head = HEAD.match(text, start + len(text[start : start + 3]) - len(text[start : start + 3].lstrip()))
    alone = head is not None and head.group() not in NAME_LIKE and POST_ENDS.match(text, head.end())
    return head.group().split()[0] if head and alone else None


def _abbreviates(text: str, stop: int) -> bool:
    """Whether the full stop at `stop` ends an abbreviation before a name ("Dr. X", "Plt. Kepala Y")."""
    start = text.rfind(" ", 0, stop) + 1
    return text[stop] == "." and stop - start <= 4 and text[start : start + 1].isalpha()


def _nearest(named: list[NameMention], verb: int) -> NameMention | None:
    """The subject of a verb that precedes speech: the first name before the verb, else the first behind it."""
    before = [found for found in named if found.start < verb]
    return before[0] if before else (named[0] if named else None)


def _named_before(position: int, people: People) -> NameMention | None:
    """The last name before a position."""
    earlier = [found for found in people.mentions if found.end <= position]
    return earlier[-1] if earlier else None


def _goes_on(text: str, span: Speech, previous: int) -> bool:
    """Whether speech without a verb of its own goes on with the speech that began at `previous` (-1: none did).

    It does if it is a sentence by itself, in the same paragraph or in the next one.
    """
    words = text[span.start : span.end].split()
    if previous < 0 or len(words) < SHORTEST:
        return False
    lead = text[text.rfind("\n", 0, span.start) + 1 : span.start - 1]
    ends = text[span.end - 1] in ".!?…," or text[span.outer_end : span.outer_end + 1] in (".", "\n", "")
    alone = not lead.strip() or lead.rstrip().endswith((".", "!", "?", ":", ","))
    return ends and alone and span.start - previous < GOES_ON


def _quote(
    text: str, span: Speech, offset: int, verb: str | None, speaker: NameMention | None, people: People
) -> Quote:
    """The record of a piece of speech; `offset` is where the document's text begins in the Doc's."""
    start, end = span.start, span.end
    while start < end and text[start] in TRIMMED:
        start += 1
    while end > start and text[end - 1] in TRIMMED:
        end -= 1
    return Quote(
        text=text[start:end],
        speaker=speaker.name if speaker else None,
        name=people.full.get(speaker.words, speaker.name) if speaker else None,
        verb=verb or None,
        start=start - offset,
        end=end - offset,
    )
