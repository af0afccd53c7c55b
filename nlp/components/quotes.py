"""Quotes: direct speech and who says it."""

from __future__ import annotations

import re
from bisect import bisect_left

from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.components.names import is_short_form, words
from nlp.document import register_extensions
from nlp.records import Quote

OPENING, CLOSING, STRAIGHT = "“„«", "”»", '"'
SHORTEST = 4  # words; shorter quoted pieces are titles and scare quotes
LONGEST = 2_500  # characters; an unclosed mark must not swallow the article
_VERBS = (
    "ujar kata jelas tutur ungkap ucap papar tegas sebut tambah imbuh lanjut pungkas tutup terang beber tandas cetus kilah "
    "jawab tanya harap pesan ajak urai nilai sambung tukas timpal seru aku singkat kenang tulis klaim dalih bantah simpul"
).split()
_ACTIVE = (
    "mengatakan menyampaikan menuturkan menjelaskan mengungkapkan menegaskan menyebutkan menyebut menambahkan menyatakan "
    "memaparkan menerangkan membeberkan berpesan berharap menilai mengajak mengingatkan mengakui menulis menyoroti "
    "menekankan menanggapi berkata menjawab mengimbau meminta menuding melanjutkan mengucapkan"
).split()
VERB = re.compile(rf"\b(?P<verb>(?:{'|'.join(_VERBS)})(?:nya)?|{'|'.join(_ACTIVE)})\b", re.IGNORECASE)
AFTER = re.compile(
    rf"\s*,?\s*[-–]?\s*(?:begitu\s+|demikian\s+)?(?P<verb>(?:{'|'.join(_VERBS)})(?:nya)?|{'|'.join(_ACTIVE)})\b", re.I
)
PRONOUN = re.compile(r"\s*(?:dia|ia|beliau|nya|mereka)\b", re.IGNORECASE)
REACH = 140  # characters after the speech verb within which the speaker's name stands (a long post may come first)


@Language.factory("pantau_quotes")
def make_quotes(nlp: Language, name: str) -> QuoteTagger:
    """Build the component."""
    return QuoteTagger(name)


class QuoteTagger:
    """Sets `doc._.quotes`: each piece of direct speech with its speaker and verb."""

    def __init__(self, name: str = "pantau_quotes") -> None:
        register_extensions()
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Find the document's quotes."""
        text = doc.text
        people = [entity for entity in doc.ents if entity.label_ == "PER"]
        starts = [entity.start_char for entity in people]
        quotes: list[Quote] = []
        last: Span | None = None
        for start, end in quoted_spans(text):
            body = text[start:end]
            if len(body.split()) < SHORTEST:
                continue
            verb, speaker = self._speaker(doc, people, starts, start, end, last)
            if verb is None and not (speaker is not None and body.rstrip().endswith((".", "!", "?", ","))):
                continue
            last = speaker or last
            trimmed = body.strip().rstrip(",").strip()
            offset = start + body.index(trimmed)
            quotes.append(
                Quote(
                    text=trimmed,
                    speaker=speaker.text if speaker is not None else None,
                    name=full_name(doc, people, speaker) if speaker is not None else None,
                    verb=verb,
                    start=offset,
                    end=offset + len(trimmed),
                )
            )
        doc._.quotes = quotes
        return doc

    def _speaker(
        self, doc: Doc, people: list[Span], starts: list[int], start: int, end: int, last: Span | None
    ) -> tuple[str | None, Span | None]:
        text = doc.text
        after = AFTER.match(text, end + 1)
        if after:
            verb = after["verb"]
            if verb.lower().endswith("nya") or PRONOUN.match(text, after.end()):
                return verb, last or self._latest(people, starts, start)
            i = bisect_left(starts, after.end())
            clause_end = _clause_end(text, after.end())
            if i < len(people) and people[i].start_char < min(after.end() + REACH, clause_end):
                return verb, people[i]
            return verb, self._latest(people, starts, start) if last is None else last
        paragraph = text.rfind("\n", 0, start) + 1
        lead = text[paragraph : start - 1]
        sentence = max(lead.rfind(". "), lead.rfind("? "), lead.rfind("! ")) + 1
        if re.search(r"[,:]\s*\Z", lead):
            verbs = list(VERB.finditer(lead, sentence))
            if verbs:
                inside = [p for p in people if paragraph + sentence <= p.start_char < start]
                return verbs[-1]["verb"], inside[0] if inside else last
        if not lead.strip() and text[end : end + 3].strip(STRAIGHT + CLOSING + " ")[:1] in ("", "\n"):
            return None, last  # a paragraph of nothing but speech goes on with the speaker before it
        return None, None

    def _latest(self, people: list[Span], starts: list[int], position: int) -> Span | None:
        i = bisect_left(starts, position)
        return people[i - 1] if i else None


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of what stands between quotation marks, the marks excluded; nested and unclosed ones tolerated."""
    spans: list[tuple[int, int]] = []
    start: int | None = None
    for match in re.finditer(r"[“„«”»\"\n]", text):
        mark, at = match.group(), match.start()
        if mark == "\n":
            if start is not None and at - start > LONGEST:
                start = None
            elif start is not None and text[at : at + 2] == "\n\n":
                start = None  # unclosed: speech does not run over a paragraph's end
            continue
        if start is None:
            if mark in OPENING or (mark == STRAIGHT and not text[at + 1 : at + 2].isspace()):
                start = at + 1
            continue
        if mark in CLOSING or mark == STRAIGHT:
            if at > start:
                spans.append((start, at))
            start = None
        # an opening mark inside speech is a quote within it: the outer one goes on
    return spans


def full_name(doc: Doc, people: list[Span], speaker: Span) -> str:
    """The official's or person's fullest name in the document that the speaker's form stands for."""
    for official in doc._.officials or ():
        if words(speaker.text) in (words(official.name), *(words(alias) for alias in official.aliases)):
            return str(official.name)
    longer = {p.text for p in people if is_short_form(speaker.text, p.text)}
    return longer.pop() if len(longer) == 1 else speaker.text


def _clause_end(text: str, start: int) -> int:
    match = re.compile(r"[.!?](?=\s|\Z)|\n|[“\"]").search(text, start)
    return match.start() if match else len(text)
