"""Told speech: what somebody says by a clause rather than between quotation marks.

"X mengatakan bahwa |...|.", "X menilai |...|.", "Menurut X, |...|.", "|...|, kata X." What is told must be a clause of its
own: "mengatakan hal itu" and "menyampaikan apresiasi" tell nothing. A speaker must be named, or be the one who spoke just
before ("Ia menambahkan bahwa ..."). Questions, what was not said, what may be said, and sentences with quotation marks
are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Span

from nlp.components.names import TAIL_OF_HONORIFICS, NameMention
from nlp.components.posts import HEAD, NAME_LIKE
from nlp.components.quotes.speakers import People
from nlp.components.quotes.speech import Speech
from nlp.document import body_start, sentence_at, text_of, words_of
from nlp.records import QUOTE_KINDS, Quote

TOLD = QUOTE_KINDS[1]
# Verbs that "bahwa" and a clause follow.
WITH_CLAUSE = frozenset(
    """
    mengatakan menyampaikan menuturkan menjelaskan mengungkapkan menegaskan menyebutkan menyebut menambahkan menyatakan
    memaparkan menerangkan membeberkan menilai mengingatkan mengakui menekankan berkata memastikan mengklaim membantah
    menyimpulkan mengemukakan mengutarakan berharap menandaskan berpendapat berujar menganggap
    """.split()
)
# Of these also a clause without "bahwa" behind a comma, and of those right behind the verb.
WITH_COMMA = WITH_CLAUSE | {"mengaku"}
RIGHT_BEHIND = frozenset(
    "mengatakan menyebut menyebutkan menilai menegaskan menambahkan memastikan menyatakan mengklaim mengaku".split()
)
BEHIND = frozenset("kata ujar jelas tutur ungkap ucap tegas sebut tambah imbuh lanjut papar terang".split())
VERBS = frozenset(
    form for verb in (*WITH_COMMA, *BEHIND, "menurut", "menurutnya") for form in (verb, verb.capitalize())
)
PLAIN_BAHWA = re.compile(
    r"\s*,?\s*(?:(?:kepada|di|pada|saat|dalam|usai)\s[^.;:,“”\"]{1,80}?(?:\([^)]{1,20}\)\s*)?,?\s*)?bahwa\s+"
)
COMMA = re.compile(r"\s*,\s*|\s+")
# Between the end of a name and its verb: a post or an age between commas, brackets, and words that leave the verb as it is.
TO_VERB = re.compile(
    r"(?:\s*\([^)]{1,40}\))?(?:\s*,\s[^,.;:“”\"]{2,90},|\s*,)?"
    r"(?:\s+(?:juga|pun|kemudian|lalu|sendiri|lantas|sebelumnya|kembali|kemarin|turut|sempat|telah|tegas|dengan\s+tegas))*\s+\Z"
)
# The same behind a post, whose institution may follow it.
POST_TO_VERB = re.compile(r"(?:\s+[A-Z][\w/-]*){0,6}(?:\s+(?:juga|pun|kemudian|lalu|itu|tersebut))?\s+\Z")
PRONOUN = re.compile(r"(?:\A|[\s,])(?:[Dd]ia|[Ii]a|[Bb]eliau)(?:\s+(?:juga|pun|kemudian|lalu|lantas|kembali))?\s+\Z")
PRONOUN_BEHIND = re.compile(r"\s+(?:dia|ia|beliau)\b")
BEHIND_NAME = re.compile(r"\s*,\s+")
# Before a verb or a name: what was not said, or only may be.
NOT_SAID = re.compile(
    r"\b(?:tidak|tak|belum|bukan|enggan|menolak|jika|kalau|apabila|bila|seandainya|andai|diminta|harus|akan|agar|supaya|tanpa)\b",
    re.IGNORECASE,
)
# Words of which a clause that tells something has one: a verb, or what stands before one.
PREDICATE = re.compile(
    r"\b(?:akan|telah|sudah|tidak|belum|bisa|dapat|harus|perlu|masih|adalah|merupakan|menjadi|ada|ingin|sedang|tengah|siap|mampu|wajib"
    r"|bakal|bukan|punya|tetap|terus|kini|mulai|lebih|sangat|cukup|terlalu|sekitar|(?:me[lmnry]|di[a-z]|ber|ter)[a-z]{3,})\b"
)
OF_CLAUSE = re.compile(r"[^,;]*")  # in which the predicate must stand
# What is no clause: something that is only pointed at.
POINTED_AT = re.compile(
    r"(?:hal|demikian|begitu|apresiasi|terima|permohonan|rasa|kata|sejumlah\s+hal|secara|latar|tentang|soal|mengenai|alasan|bagaimana|mengapa|siapa|bahwa)\b",
    re.IGNORECASE,
)
# What closes a sentence and is not told: ", Senin (5/6/2025)", ", katanya".
CLOSING = re.compile(
    r",?\s+(?:pada\s+|di\s+[A-Z]\w+(?:\s[A-Z]\w+)?,\s+)?(?:Senin|Selasa|Rabu|Kamis|Jum'?at|Sabtu|Minggu)\b(?:[^.,]{0,12}\([^)]*\))?\s*\Z"
    r"|,\s+(?:kata|ujar|ucap|tutur|jelas|ungkap)\w*(?:\s+(?:dia|ia|beliau))?\s*\Z"
)
MARKS = re.compile(r"[“”„\"]")
STOPS = " \t\n\xa0.,;:…"
SHORTEST, LONGEST = 4, 600  # words and characters of what is told
REACH = 110  # characters between a name and its verb
POST_ENDS = re.compile(r"\s*(?:[.,]|(?:itu|ini|tersebut|kepada|saat|usai|di|pada)\b|\Z)")
MOST = 200  # of a text, so that no text takes time that grows faster than it


def verbs_of_saying(doc: Doc) -> list[int]:
    """The tokens that may be verbs of told speech, MOST at most."""
    return [i for i, word in enumerate(words_of(doc)) if word in VERBS][:MOST]


def indirect_quotes(
    doc: Doc, verbs: Sequence[int], people: People, spans: Sequence[Speech], direct: Sequence[Quote]
) -> list[Quote]:
    """The told speech of a document, in order.

    verbs   the tokens that `verbs_of_saying` found
    spans   what stands between quotation marks
    direct  the quotes made of these
    """
    found: list[Quote] = []
    if not people.mentions:
        return found
    known: set[str] = set()
    offset, done = body_start(doc._.title), -1
    for i in verbs:
        sentence = sentence_at(doc, i)
        if doc[i].idx < max(offset, done) or _is_quoted(sentence, spans):
            continue
        last = _last_speaker([*direct, *found], sentence.start_char - offset, people)
        told = next(_told(doc, i, sentence, people, last), None)
        if told is not None:
            start, end, speaker = told
            done = end
            if text_of(doc)[start:end] in known:
                continue  # some pages have a sentence many times
            known.add(text_of(doc)[start:end])
            found.append(_quote(text_of(doc), start, end, offset, doc[i].text, speaker, people))
    return found


def _is_quoted(sentence: Span, spans: Sequence[Speech]) -> bool:
    """Whether a sentence has quotation marks, or lies within speech that goes over several sentences."""
    start, end = sentence.start_char, sentence.end_char
    return MARKS.search(text_of(sentence.doc), start, end) is not None or any(
        span.start < end and start < span.outer_end for span in spans
    )


def _last_speaker(quotes: Sequence[Quote], start: int, people: People) -> NameMention | None:
    """Who spoke last before a sentence, if not long ago."""
    before = [quote for quote in quotes if start - LONGEST < quote.end <= start and quote.speaker]
    speaker = max(before, key=lambda quote: quote.end, default=None)
    if speaker is None:
        return None
    return next((found for found in reversed(people.mentions) if found.name == speaker.speaker), None)


def _told(
    doc: Doc, verb: int, sentence: Span, people: People, last: NameMention | None
) -> Iterator[tuple[int, int, NameMention]]:
    """(start, end, speaker) of what the verb tells; nothing where it tells nothing, or nobody is named."""
    text, word = text_of(doc), doc[verb].text.lower()
    at, behind = doc[verb].idx, doc[verb].idx + len(doc[verb])
    begin, end = sentence.start_char, sentence.end_char
    if word in ("menurut", "menurutnya"):
        if text[begin:at].strip():
            return
        speaker, start = (last, behind) if word.endswith("nya") else _according(text, behind, end, people)
        comma = BEHIND_NAME.match(text, start)
        if speaker is not None and comma:
            yield from _clause(text, comma.end(), end, speaker)
    elif word in BEHIND:
        closes = text.rfind(",", begin, at)
        if closes > begin and not text[closes + 1 : at].strip():
            speaker = _behind(text, behind, end, people, last)
            if speaker is not None:
                yield from _clause(text, begin, closes, speaker)
    else:
        speaker = _subject(text, begin, at, people, last)
        if speaker is None:
            return
        bahwa = PLAIN_BAHWA.match(text, behind, end) if word in WITH_CLAUSE else None
        if bahwa:
            yield from _clause(text, bahwa.end(), end, speaker, plain=True)
        elif (gap := COMMA.match(text, behind, end)) and word in (WITH_COMMA if "," in gap[0] else RIGHT_BEHIND):
            yield from _clause(text, gap.end(), end, speaker)


def _subject(text: str, begin: int, verb: int, people: People, last: NameMention | None) -> NameMention | None:
    """Who says what the verb at `verb` tells, in the sentence that begins at `begin`."""
    lead = text[begin:verb]
    if NOT_SAID.search(lead[-REACH:]):
        return None
    if PRONOUN.search(lead) and len(lead.strip().split()) <= 3:
        return last
    named = people.within(max(begin, verb - REACH - 40), verb)
    for speaker in reversed(named):
        if TO_VERB.match(text[speaker.degrees_end : verb]):
            before = text[begin : speaker.start]
            return (
                None
                if re.search(r"\b(?:oleh|kepada|dari|dengan|bahwa|milik)\s+(?:[A-Z]\S*\s+){0,6}\Z", before)
                else speaker
            )
    head = HEAD.match(text, begin, verb)
    if head is not None and head.group() not in NAME_LIKE and POST_TO_VERB.match(text[head.end() : verb]):
        return people.holder(head.group().split()[0])
    return None


def _according(text: str, start: int, end: int, people: People) -> tuple[NameMention | None, int]:
    """(the speaker, where their name ends with what belongs to it) behind "Menurut"."""
    named = people.within(start, min(end, start + REACH))
    pronoun = PRONOUN_BEHIND.match(text, start)
    if pronoun or not named:
        return None, start
    speaker = named[0]
    if re.search(r"[.;:]\s|,", TAIL_OF_HONORIFICS.sub("", text[start : speaker.start])):
        return None, start
    return speaker, speaker.degrees_end


def _behind(text: str, start: int, end: int, people: People, last: NameMention | None) -> NameMention | None:
    """The subject of a verb that closes a sentence: ", kata |X|."."""
    if PRONOUN_BEHIND.match(text, start):
        return last
    named = people.within(start, min(end, start + REACH))
    if named:
        gap = text[start : named[0].start]
        return named[0] if not re.search(r"[.;:]\s|\b(?:kepada|oleh|yang)\b", gap) else None
    head = HEAD.match(text, start + 1, end)
    alone = head is not None and head.group() not in NAME_LIKE and POST_ENDS.match(text, head.end())
    return people.holder(head.group().split()[0]) if head is not None and alone else None


def _clause(
    text: str, start: int, end: int, speaker: NameMention, *, plain: bool = False
) -> Iterator[tuple[int, int, NameMention]]:
    """The clause in text[start:end] with its speaker; nothing if what stands there is none. `plain`: "bahwa" leads it."""
    if text[start:end].rstrip().endswith("?"):
        return
    while closing := CLOSING.search(text, start, _trimmed(text, start, end)):
        end = closing.start()
    end = _trimmed(text, start, end)
    told = text[start:end]
    if len(told.split()) < SHORTEST or len(told) > LONGEST or "\n" in told:
        return
    if not plain:
        head = OF_CLAUSE.match(told)
        predicate = PREDICATE.search(told, 0, head.end() if head else 0)
        if POINTED_AT.match(told) or predicate is None or not predicate.start():
            return
    yield start, end, speaker


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in STOPS:
        end -= 1
    return end


def _quote(text: str, start: int, end: int, offset: int, verb: str, speaker: NameMention, people: People) -> Quote:
    name = people.full.get(speaker.words, speaker.name)
    return Quote(text[start:end], speaker.name, name, verb, start - offset, end - offset, TOLD)
