"""Features of a group of mentions: whether it is an agreement at all, what its status is, which date its signing's."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from spacy.tokens import Doc, Span

from nlp.components.agreements import cues, phases, standing
from nlp.components.agreements.anchors import head_of
from nlp.components.agreements.instruments import BARE_INSTRUMENT, Group, InstrumentMention, party_keys
from nlp.components.dates import find_dates
from nlp.components.matching import matches_at
from nlp.document import body_start, text_of
from nlp.records import AGREEMENT_STATUSES, AGREEMENT_TYPES

Probabilities = Mapping[tuple[int, int], float]  # of anchors, by the tokens of their spans

GROUP_FEATURES = (
    *("best anchor", "mean anchor", "sum of anchors", "mentions", "of its type", "groups", "number", "in title"),
    *("evidence", "parties by rule", "head", *(f"is {kind}" for kind in AGREEMENT_TYPES)),
    *(f"told {status}" for status in AGREEMENT_STATUSES),
    *("position", "capital", "tokens", "one of several", "titled", "signings", "bare word", "bare or small"),
    *(
        "best other",
        "better others",
        "parties shared",
        "parties of others",
        "other formal",
        "first",
        "points back",
        "in mentions",
    ),
    *cues.NAMES,
)


def best_mention(group: Group, probabilities: Probabilities) -> InstrumentMention:
    """The mention of a group that is most likely an instrument."""
    return max(group, key=lambda mention: probabilities.get(_place(mention), 0.0))


def group_features(groups: Sequence[Group], probabilities: Probabilities) -> list[list[float]]:
    """A row of GROUP_FEATURES for each group of a text."""
    if not groups:
        return []
    signings = cues.signings(groups[0][0].span.doc)
    best = [max(probabilities.get(_place(mention), 0.0) for mention in group) for group in groups]
    keys = [party_keys(group) for group in groups]
    return [_group_row(number, groups, best, keys, probabilities, signings) for number in range(len(groups))]


def _group_row(
    number: int,
    groups: Sequence[Group],
    best: Sequence[float],
    keys: Sequence[set[str]],
    probabilities: Probabilities,
    signings: int,
) -> list[float]:
    group = groups[number]
    kind, own = group[0].type, keys[number]
    likely = [probabilities.get(_place(mention), 0.0) for mention in group]
    span = best_mention(group, probabilities).span
    others = [i for i in range(len(groups)) if i != number]
    shared = max((len(own & keys[i]) for i in others), default=0)
    told = [mention.status for mention in group]
    bare = [BARE_INSTRUMENT.fullmatch(mention.span.text) is not None for mention in group]
    return [
        *(best[number], sum(likely) / len(likely), sum(likely), len(group)),
        *(sum(other[0].type == kind for other in groups), len(groups), number, any(m.in_title for m in group)),
        *(max(int(m.parties.evidence) for m in group), max(len(m.parties.names) for m in group)),
        head_of(span.text),
        *(kind == name for name in AGREEMENT_TYPES),
        *(told.count(status) for status in AGREEMENT_STATUSES),
        *(
            min(group[0].span.start_char, 1500),
            span.text[:1].isupper(),
            max(len(m.span) for m in group),
            any(m.apart for m in group),
        ),
        *(any(m.title for m in group), min(signings, 5), sum(bare), all(bare) or span.text.islower()),
        *(max((best[i] for i in others), default=0), sum(best[i] > best[number] for i in others), shared),
        *(
            max((len(keys[i]) for i in others), default=0),
            any(groups[i][0].type in ("MoU", "PKS", "LoI") for i in others),
        ),
        *(number == 0, any(m.points_back for m in group), sum(len(other) for other in groups)),
        *_nearest_cues(group),
    ]


def _nearest_cues(group: Group) -> list[float]:
    return [min(column) for column in zip(*(cues.distances(mention.span) for mention in group[:9]), strict=True)]


def _place(mention: InstrumentMention) -> tuple[int, int]:
    return mention.span.start, mention.span.end


STATUS_FEATURES = (
    *(f"is {kind}" for kind in AGREEMENT_TYPES),
    *(f"told {status}" for status in AGREEMENT_STATUSES),
    *(f"best told {status}" for status in AGREEMENT_STATUSES),
    *(f"by rule {status}" for status in AGREEMENT_STATUSES),
    *("mentions", "groups", "in title", "position", "dated", "still to come", "recent", "old"),
    *(f"best {name}" for name in cues.NAMES),
    *(f"title {name}" for name in cues.CUES),
    *cues.NAMES,
    *standing.FEATURES,
    *phases.FEATURES,
)
# The places of those that are characters between a mention and a word.
STATUS_DISTANCES = tuple(
    place
    for place, name in enumerate(STATUS_FEATURES)
    if name.removeprefix("best ") in cues.NAMES or (name in standing.FEATURES and name.endswith((" before", " behind")))
)


def status_features(
    group: Group, groups: Sequence[Group], spans: Sequence[Span], age: int | None, by_rule: str, reference: str | None
) -> list[float]:
    """A row of STATUS_FEATURES.

    spans    the group's mentions, the one that tells most first
    age      days from the signing to the article, if they are known
    by_rule  the status that the rules read; reference: the article's day
    """
    best = spans[0]
    told, title = [mention.status for mention in group], best.doc._.title
    own = next((mention.status for mention in group if mention.span is best), None)
    return [
        *(group[0].type == kind for kind in AGREEMENT_TYPES),
        *(told.count(status) for status in AGREEMENT_STATUSES),
        *(own == status for status in AGREEMENT_STATUSES),
        *(by_rule == status for status in AGREEMENT_STATUSES),
        *(len(group), len(groups), any(m.in_title for m in group), min(group[0].span.start_char, 1500)),
        *(age is not None, (age or 0) < 0, age is not None and 0 <= age <= RECENT, (age or 0) > OLD),
        *cues.distances(best),
        *(cue.search(title) is not None for cue in cues.CUES.values()),
        *_nearest_cues(group),
        *standing.features(spans),
        *phases.features(spans, reference),
    ]


RECENT, OLD = 45, 365  # days
# Before a date that ends something or begins its force: "berlaku hingga |3 Desember 2030".
ENDS = re.compile(
    r"\b(?:hingga|sampai|berakhir|habis|selama|paling lambat|batas|kedaluwarsa|s/d|masa)\b[^.\n]{0,40}\Z", re.IGNORECASE
)
BEGINS = re.compile(r"\b(?:mulai|berlaku|sejak|efektif|terhitung)\b[^.\n]{0,40}\Z", re.IGNORECASE)
SIGNED = re.compile(
    r"datangan|teken|disepakati|sepakat|diserahkan|dipertukarkan|dijalin|diperpanjang|perpanjang|tanda ?tangan",
    re.IGNORECASE,
)
SAID = re.compile(
    r"\b(?:kata|ujar|ucap|tutur|ungkap|jelas|katanya|keterangan\w*|dikutip|mengatakan|menyebut\w*)\b[^.\n]{0,60}\Z",
    re.IGNORECASE,
)
BOOKED = re.compile(
    r"\b(?:akan|bakal|rencana\w*|dijadwalkan|ditargetkan|target\w*|paling cepat)\b[^.\n]{0,60}\Z", re.IGNORECASE
)
WEEKDAY = re.compile(r"\b(?:Senin|Selasa|Rabu|Kamis|Jum'?at|Sabtu|Minggu)\b[ ,(]*\Z", re.IGNORECASE)
DATELINE = re.compile(r"\A[^.\n]{0,60}\Z")
TODAY = re.compile(r"\bhari ini\b|\((?:Senin|Selasa|Rabu|Kamis|Jum'?at|Sabtu|Minggu)\)", re.IGNORECASE)
_TODAY_BEGINS = re.compile(r"[hH(](?:(?<=\()[SRKJMsrkjm]|(?<!\w.)(?i:ari) )")  # how it begins
MOST_DATES = 60  # dates of a text that are weighed, the nearest to an agreement

DATE_FEATURES = (
    *("same sentence", "sentences apart", "behind", "characters apart", "precision", "age", "future", "times", "order"),
    *(
        "ends before",
        "begins before",
        "said before",
        "booked before",
        "weekday",
        "bracket",
        "signed near",
        "sign in sentence",
    ),
    *("sentence", "dateline", "today", "mentions", "nearest to mention", "dates", "in mention's sentence"),
    *(f"is {kind}" for kind in AGREEMENT_TYPES),
    *(f"told {status}" for status in AGREEMENT_STATUSES),
    "by rule",
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in the text: where it stands, ISO, and in which sentence."""

    start: int
    end: int
    iso: str
    sentence: int


def dates_of(doc: Doc, reference: str | None, starts: Sequence[int]) -> list[Dated]:
    """The dates of a text, "hari ini" among them. `starts`: the characters at which its sentences begin."""
    text = text_of(doc)
    found = find_dates(text, reference)
    if reference:
        found += [(m.start(), m.end(), reference[:10]) for m in _today(text)]
    found.sort()
    dated, sentence = [], 0
    for start, end, iso in found:
        while sentence + 1 < len(starts) and starts[sentence + 1] <= start:
            sentence += 1
        dated.append(Dated(start, end, iso, sentence))
    return dated


def _today(text: str) -> Iterator[re.Match[str]]:
    return matches_at(TODAY, text, (begin.start() for begin in _TODAY_BEGINS.finditer(text)))


def date_features(
    group: Group, dates: Sequence[Dated], starts: Sequence[int], reference: str | None, by_rule: str | None
) -> list[list[float]]:
    """A row of DATE_FEATURES for each of the dates; `by_rule`: the one that the rules read."""
    text, doc = text_of(group[0].span.doc), group[0].span.doc
    told = [mention.status for mention in group]
    places = [(m.span.start_char, m.span.end_char, _sentence(starts, m.span.start_char)) for m in group[:9]]
    counts: dict[str, int] = {}
    for found in dates:
        counts[found.iso] = counts.get(found.iso, 0) + 1
    rows: list[list[float]] = []
    nearest = min((_gap(d, p) for d in dates for p in places), default=0)
    for number, found in enumerate(dates):
        start, end, home = min(places, key=lambda p: (abs(p[2] - found.sentence), _gap(found, p)))
        before = text[max(starts[found.sentence], found.start - 100) : found.start]
        last = starts[found.sentence + 1] if found.sentence + 1 < len(starts) else len(text)
        age = days_between(found.iso, reference)
        around = text[max(starts[found.sentence], found.start - 80) : min(last, found.end + 40)]
        rows.append(
            [
                *(home == found.sentence, min(9, abs(home - found.sentence)), found.start > start),
                *(_gap(found, (start, end, home)), len(found.iso), age if age is not None else -9999, (age or 0) < 0),
                *(counts[found.iso], number, ENDS.search(before) is not None, BEGINS.search(before) is not None),
                *(
                    SAID.search(before) is not None,
                    BOOKED.search(before) is not None,
                    WEEKDAY.search(before) is not None,
                ),
                *(text[found.start - 1 : found.start] == "(", SIGNED.search(around) is not None),
                *(SIGNED.search(text, starts[found.sentence], last) is not None, found.sentence),
                *(
                    found.start - body_start(doc._.title) < 60,
                    not any(c.isdigit() for c in text[found.start : found.end]),
                ),
                *(len(group), _gap(found, (start, end, home)) == nearest, len(dates)),
                sum(p[2] == found.sentence for p in places),
                *(group[0].type == kind for kind in AGREEMENT_TYPES),
                *(told.count(status) for status in AGREEMENT_STATUSES),
                found.iso == by_rule,
            ]
        )
    return rows


def _sentence(starts: Sequence[int], char: int) -> int:
    return max(0, bisect_right(starts, char) - 1)


def _gap(found: Dated, place: tuple[int, int, int]) -> int:
    start, end, _ = place
    return found.start - end if found.start >= end else start - found.end


def days_between(iso: str, reference: str | None) -> int | None:
    """Days from a date ("2016-10-08", "2016-10" or "2016", taken for its first day) to the article's; None if unknown."""
    if not reference:
        return None
    try:
        first = f"{iso}-01-01"[:10] if len(iso) == 4 else f"{iso}-01"[:10]
        return (date.fromisoformat(reference[:10]) - date.fromisoformat(first)).days
    except ValueError:
        return None


def days_since(iso: str, reference: str | None) -> int | None:
    """As `days_between`, but of a year or month the least days: "2024" is not a year old in September 2025."""
    last = f"{iso}-12-31" if len(iso) == 4 else f"{iso}-28" if len(iso) == 7 else iso
    return days_between(last, reference)
