"""Candidates: which releases and articles share enough to be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.coverage.features import OTHER, PAIR, PAST, SENTENCE, SHINGLED, Feature, Packed
from pipelines.coverage.index import Entry, Index, Meeting

# Evidence is counted in rare words: a word that only these two articles have counts one.
ENOUGH = 3.0  # two texts with so much evidence are compared
# Two texts with so many shingles in common are compared, too: no word of a release that many took up is rare any more.
ENOUGH_SHINGLES = 2
MOST_RELEASES, MOST_ARTICLES = 8, 200  # so many releases are compared with one article, articles with one release
REST = 0.3  # the share of its value that every further word of one name adds
REFERENCE = 4.0  # added for two names in a sentence that refers to something past ("yang diteken pekan lalu")
INSTITUTION = 2.0  # added for a sentence that refers to something past of the institution that sent the release

SHOWN = 8  # so many shared features are kept as reasons


@dataclass(slots=True)
class Candidate:
    """An article that may belong to another one: a release for an article, an article for a release.

    evidence  how much the two share, in rare words
    names     how many names and pairs of names they share
    shingles  how many shingles they share
    shared    the shared words and names, most telling first, at most SHOWN
    new       the hashes of those shingles that no article had before the release
    articles  among how many articles that was found
    """

    article_id: int
    articles: int = 0
    evidence: float = 0.0
    names: int = 0
    shingles: int = 0
    shared: list[str] = field(default_factory=list)
    new: frozenset[int] = frozenset()


def candidates(index: Index, articles: Mapping[Entry, Mapping[int, Packed]]) -> Iterator[tuple[Entry, list[Candidate]]]:
    """Index articles, and for each tell those before it that it may belong to, best first.

    An article may belong to releases, and a release has articles; only what was published within the index's window of
    days is looked at.
    """
    for entry, arrival in index.add(articles, ENOUGH, REFERENCE, ENOUGH_SHINGLES):
        weighed = [_weigh(articles[entry], meeting, arrival.size) for meeting in arrival.others]
        weighed = [one for one in weighed if one.evidence >= ENOUGH or one.shingles >= ENOUGH_SHINGLES]
        weighed.sort(key=lambda candidate: (-candidate.evidence, candidate.article_id))
        yield entry, weighed[: MOST_ARTICLES if entry.is_release else MOST_RELEASES]


def refers_to(text: str, institution: str) -> bool:
    """Whether a sentence refers to something past of an institution ("yang bulan lalu bekerja sama ...")."""
    name = institution.removeprefix("Humas ")
    return bool(name) and any(name in sentence and PAST.search(sentence) for sentence in SENTENCE.split(text))


def _weigh(own: Mapping[int, Packed], meeting: Meeting, articles: int) -> Candidate:
    """One candidate. `own`: the article's features by hash; articles: among how many articles they were counted."""
    candidate = Candidate(meeting.article_id, articles)
    candidate.new = frozenset(mark for mark in meeting.shared if mark >= SHINGLED and mark not in meeting.old)
    groups: dict[int, list[tuple[Feature, float]]] = {}
    for mark, value in meeting.shared.items():
        if mark >= SHINGLED and mark in meeting.old:
            continue
        feature = Feature(*own[mark])
        groups.setdefault(feature.group, []).append((feature, value))
    told: list[tuple[float, str]] = []
    for number, members in groups.items():
        values = sorted((value for _, value in members), reverse=True)
        if number == 0:  # the group of all shingles: each of them counts, but they are no words to show
            candidate.evidence += sum(values)
            candidate.shingles = len(values)
            continue
        value = values[0] + REST * sum(values[1:])
        first = members[0][0]
        if first.weight == PAIR and first.past:
            value += REFERENCE
        candidate.names += first.weight > OTHER and not first.text[0].isdigit()
        candidate.evidence += value
        told.append((value, " ".join(feature.text for feature, _ in members)))
    candidate.shared = [text for _, text in sorted(told, key=lambda item: (-item[0], item[1]))[:SHOWN]]
    return candidate
