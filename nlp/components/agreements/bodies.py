"""The bodies of a text, each of which may be a party of an agreement, and what tells whether it is.

A body is everything that the text calls by one key: "Kementerian ESDM", "Menteri ESDM" and "ESDM" are one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from spacy.tokens import Doc, Span

from nlp.components.agreements.instruments import SHORT_FORMS, Group, party_key
from nlp.components.agreements.party_names import is_of_dateline, party_text
from nlp.components.matching import matches_at
from nlp.document import sentence_starts, text_in, text_of
from nlp.gazetteers import countries, place_key

LABELS = ("ORG", "GPE", "TITLE")
MOST_OCCURRENCES = 300  # names of bodies that are looked at in one text; of 1,256 articles the most had 190
MOST_BODIES = 60  # bodies that are weighed for one agreement, the nearest to it
# Posts whose holder can sign for a body; a spokesman cannot.
SIGNING_POSTS = re.compile(
    r"(?:Plt\.?|Pj\.?)?\s*(?:Menteri|Men\w+|Wali ?[Kk]ota|Gubernur|Bupati|Kepala|Ketua|Kapol\w+|Panglima|Jaksa Agung|Rektor|Direktur|Dirut|Presiden|CEO)\b"
)
# What stands right before a name and right behind it. Kinds of words, as in cues.py: none decides by itself.
_BEFORE = {
    "between": r"\bantara(?:\s+pihak)?\s*",
    "with": r"\b(?:dengan|bersama(?:\s+dengan)?|bareng|menggandeng|gandeng|kepada|with)\s+(?:pihak\s+)?",
    "joined": r"(?:,|\b(?:dan|serta|maupun)|&|[-–])\s*",
    "where": r"\b(?:di|ke|dari|kantor|gedung|aula|ruang|wilayah|kawasan|kota|milik|terhadap|warga|pasar|asal)\s*",
    "by": r"\b(?:oleh|pihak|manajemen|pemerintah|perwakilan)\s*",
    "bystander": r"\b(?:disaksikan|menyaksikan|difasilitasi|dimediasi|dihadiri|didampingi|selain|dilansir|dikutip|mengutip|melansir|menurut|melalui"
    r"|didukung|diinisiasi|kata|ujar|termasuk|seperti|kunjungan)(?:\s+(?:oleh|dengan|bersama|langsung|dari|pejabat|perwakilan|media|jajaran))*\s*",
    "bracket": r"\(\s*",
    "start": r"(?:^|[.\n“\"])\s*",
}
_BEHIND = {
    "signs": r"\s*(?:\([^)]{1,40}\)\s*)?(?:,\s*)?(?:[\w']+\s+){0,3}(?:menandatangani|tanda ?tangan\w*|meneken|teken|menyepakati|sepakat\w*|menjalin|jalin|memperpanjang|menyerahkan|gandeng|menggandeng)",
    "joined": r"\s*(?:\([^)]{1,40}\)\s*)?(?:,|\b(?:dan|serta|dengan|bersama)\b|&|[-–])",
    "dash": r"\s*(?:\([^)]{2,30}\)\s*)?[-–—]\s",
    "bracket": r"\s*\(",
    "about": r"\s*(?:\([^)]{1,40}\)\s*)?(?:tentang|terkait|mengenai|untuk|di bidang|dalam)\b",
    "person": r"\s+(?:Prof|Dr|H\.|Ir|[A-Z][a-z]+ [A-Z])",
    "stop": r"\s*(?:\([^)]{1,40}\)\s*)?(?:\.|\n|$)",
    "said": r"[^.\n]{0,40}\b(?:mengatakan|menyebut|menjelaskan|menyampaikan|menuturkan|mengungkapkan|berharap|ujar|kata|menambahkan)\b",
}
BEFORE = {name: re.compile(rf"(?:{words})\Z", re.IGNORECASE) for name, words in _BEFORE.items()}
BEHIND = {name: re.compile(words, re.IGNORECASE) for name, words in _BEHIND.items()}
# Of these kinds a piece that is in each of the words.
STEMS = {
    "signs": "tangan eken epakat jalin panjang menyerah gandeng".split(),
    "said": "kata gata yebut jelas yampai utur ungkap harap ujar ambah".split(),
}
# Of these kinds the words and marks that can stand last before the name: quicker to look at than BEFORE.
LAST_WORDS = {
    name: frozenset(words.split())
    for name, words in {
        "between": "antara pihak",
        "with": "dengan bersama bareng menggandeng gandeng kepada with pihak",
        "joined": ", dan serta maupun & - –",
        "where": "di ke dari kantor gedung aula ruang wilayah kawasan kota milik terhadap warga pasar asal",
        "by": "oleh pihak manajemen pemerintah perwakilan",
        "bystander": "disaksikan menyaksikan difasilitasi dimediasi dihadiri didampingi selain dilansir dikutip mengutip melansir"
        " menurut melalui didukung diinisiasi kata ujar termasuk seperti kunjungan oleh dengan bersama langsung dari pejabat"
        " perwakilan media jajaran",
        "bracket": "(",
    }.items()
}
_PLACES = {name: place for place, name in enumerate(BEFORE)}
_ALWAYS = tuple((place, BEFORE[name]) for name, place in _PLACES.items() if name not in LAST_WORDS)
_BY_LAST_WORD = {
    word: tuple((_PLACES[name], BEFORE[name]) for name, words in LAST_WORDS.items() if word in words)
    for word in frozenset().union(*LAST_WORDS.values())
}
WORD = re.compile(r"\w+")
BESIDE = 60  # characters before and behind a name that these are looked for in
COMPANY = re.compile(r"(?:PT|CV|Bank|Perum|Perumda|Koperasi|Yayasan)\b|.*\b(?:Tbk|Ltd|Inc|LLC|Corp\w*|Group|Bhd)\b")
OFFICE = re.compile(
    r"Kemen|Pem(?:erintah|kab|kot|prov)|Dinas|Badan|Ditjen|Direktorat|Polda|Polres|Kej|Univ|Institut|Politeknik"
)
# Between a mention and a body: words that lead on to the subject, so that what follows is mostly no party.
TOPIC = re.compile(r"\b(?:tentang|terkait|mengenai|di bidang|untuk)\b", re.IGNORECASE)
SIGNS = re.compile(
    r"\b(?:menandatangani|tanda\s?tangani|penandatanganan|ditandatangani|meneken|diteken|teken|menyepakati|disepakati|sepakat|menjalin|jalin)\b",
    re.IGNORECASE,
)


# How these begin: quicker to look for.
_TOPIC_BEGINS = re.compile(r"[dtmuDTMU](?<!\w.)(?i:(?<=d)i |(?<=t)e[nr]|(?<=m)engen|(?<=u)nt)")
_SIGNS_BEGIN = re.compile(
    r"[dmpstjDMPSTJ](?<!\w.)(?i:(?<=d)i[tns]|(?<=m)en|(?<=p)enan|(?<=s)ep|(?<=t)(?:an|ek)|(?<=j)al)"
)


@dataclass(slots=True)
class Occurrence:
    """A place where a body is named, the number of its sentence, and the words beside it (_BEFORE, _BEHIND)."""

    span: Span
    sentence: int
    order: int  # among the bodies of its sentence
    beside: list[bool]


Pair = tuple[Occurrence, Span]  # a body's occurrence and the mention of an agreement that it stands nearest to


@dataclass(slots=True)
class Body:
    """What the text calls by one key (nlp.components.agreements.instruments.party_key)."""

    key: str
    occurrences: list[Occurrence] = field(default_factory=list)

    @property
    def labels(self) -> set[str]:
        """The labels of its names."""
        return {occurrence.span.label_ for occurrence in self.occurrences}


class Bodies:
    """The bodies of a text with their sentences."""

    def __init__(self, doc: Doc, entities: Sequence[Span]) -> None:
        self.doc = doc
        text = text_of(doc)
        self.signings, self.topics = (
            [match.span() for match in matches_at(words, text, (begin.start() for begin in begins.finditer(text)))]
            for words, begins in ((SIGNS, _SIGNS_BEGIN), (TOPIC, _TOPIC_BEGINS))
        )
        self.starts = sentence_starts(doc)
        self.ends = [*self.starts[1:], len(doc)]
        self.found: dict[str, Body] = {}
        self.in_sentence: dict[int, list[Span]] = {}
        short_forms: Mapping[str, str] = doc.user_data[SHORT_FORMS]
        named = [e for e in entities if e.label_ in LABELS and (e.label_ != "TITLE" or SIGNING_POSTS.match(e.text))]
        for entity in named[:MOST_OCCURRENCES]:
            if is_of_dateline(entity):
                continue
            sentence = self.sentence_of(entity.start)
            others = self.in_sentence.setdefault(sentence, [])
            key = party_key(party_text(entity), short_forms)
            body = self.found.setdefault(key, Body(key))
            body.occurrences.append(Occurrence(entity, sentence, len(others), _beside(entity)))
            others.append(entity)

    def sentence_of(self, token: int) -> int:
        """The number of the sentence that holds a token."""
        return bisect_right(self.starts, token) - 1

    def signs(self, number: int) -> bool:
        """Whether a sentence signs something, or is about a signing."""
        last = self.doc[self.ends[number] - 1]
        return holds(self.signings, self.doc[self.starts[number]].idx, last.idx + len(last))

    def near(self, group: Group) -> list[Body]:
        """The MOST_BODIES bodies that stand nearest to an agreement's mentions, in the order of the text."""
        if len(self.found) <= MOST_BODIES:
            return list(self.found.values())
        places = [mention.span.start for mention in group]
        by_distance = sorted(
            self.found.values(), key=lambda b: min(abs(o.span.start - p) for o in b.occurrences for p in places[:9])
        )
        chosen = {body.key for body in by_distance[:MOST_BODIES]}
        return [body for body in self.found.values() if body.key in chosen]


def holds(places: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the places, which are in rising order, lies in text[start:end]."""
    first = bisect_left(places, (start, 0))
    return first < len(places) and places[first][1] <= end


def _beside(entity: Span) -> list[bool]:
    text = text_of(entity.doc)
    before = text[max(0, entity.start_char - BESIDE) : entity.start_char]
    behind = text[entity.end_char : entity.end_char + BESIDE]
    row = [False] * (len(BEFORE) + len(BEHIND))
    for place, words in (*_ALWAYS, *_BY_LAST_WORD.get(_last_word(before), ())):
        row[place] = words.search(before) is not None
    small = behind.lower()
    for place, (name, words) in enumerate(BEHIND.items(), start=len(BEFORE)):
        if name not in STEMS or any(stem in small for stem in STEMS[name]):
            row[place] = words.match(behind) is not None
    return row


def _last_word(text: str) -> str:
    """The word, or the mark, that a text ends with, in small letters."""
    last = text.rstrip()[-BESIDE // 2 :].lower()
    if not last or not (last[-1].isalnum() or last[-1] == "_"):
        return last[-1:]
    return str(WORD.findall(last)[-1])


FEATURES = (
    *("same sentence", "sentences apart", "before", "tokens apart", "bodies between", "order", "bodies in sentence"),
    *("topic between", "sign between", "between between", "with between", "mentions", "in title too"),
    *(f"here {name}" for name in (*(f"{b} before" for b in _BEFORE), *(f"{b} behind" for b in _BEHIND))),
    *(f"ever {name}" for name in (*(f"{b} before" for b in _BEFORE), *(f"{b} behind" for b in _BEHIND))),
    *("times", "rank", "first sentence", "in title", "beside a signing", "organisation", "place", "post"),
    *(
        "company",
        "office",
        "country",
        "capitals",
        "words",
        "bodies",
        "by rule",
        "rules evidence",
        "parties by rule",
        "rule agrees",
    ),
    *("by rule of another", "nearer to another", "another between", "of another's sentence", "in its name"),
)


@dataclass(frozen=True, slots=True)
class Others:
    """The other agreements of the text: the keys of the parties that the rules read, and where they are mentioned."""

    keys: frozenset[str]
    places: Sequence[int]


def features(
    group: Group, bodies: Bodies, near: Sequence[Body], by_rule: frozenset[str], evidence: int, others: Others
) -> list[list[float]]:
    """A row of FEATURES for each body of `near`.

    by_rule   the keys of the bodies that the rules take for the parties
    evidence  how plainly these stand there (parties.Evidence)
    """
    ranks = sorted((len(body.occurrences) for body in bodies.found.values()), reverse=True)
    pairs = [nearest(group, bodies, body) for body in near]
    return [
        [*_row(group, bodies, body, pair, ranks, by_rule, evidence), *_beside_others(group, bodies, body, pair, others)]
        for body, pair in zip(near, pairs, strict=True)
    ]


def _beside_others(group: Group, bodies: Bodies, body: Body, pair: Pair, others: Others) -> list[float]:
    here, mention = pair
    own = abs(here.span.start - mention.start)
    foreign = min((abs(here.span.start - place) for place in others.places), default=999)
    low, high = sorted((here.span.start, mention.start))
    return [
        *(body.key in others.keys, min(foreign, 999) < own, any(low < place < high for place in others.places)),
        any(bodies.sentence_of(place) == here.sentence for place in others.places),
        any(text_in(here.span) in text_in(mention.span) for mention in group[:9]),
    ]


def _row(
    group: Group,
    bodies: Bodies,
    body: Body,
    pair: Pair,
    ranks: Sequence[int],
    by_rule: frozenset[str],
    evidence: int,
) -> list[float]:
    here, mention = pair
    text, title = text_of(here.span.doc), len(here.span.doc._.title)
    first, second = sorted((here.span, mention), key=lambda span: span.start_char)
    between = text[first.end_char : second.start_char] if second.start_char - first.end_char < 400 else ""
    others = bodies.in_sentence[here.sentence]
    sentence = bodies.sentence_of(mention.start)
    inside = sum(first.end <= e.start and e.end <= second.start for e in others) if sentence == here.sentence else 20
    sentences = {occurrence.sentence for occurrence in body.occurrences}
    ever = [any(values) for values in zip(*(o.beside for o in body.occurrences), strict=True)]
    name, labels = text_in(here.span), body.labels
    signing = any(map(bodies.signs, list(sentences)[:20]))
    return [
        *(sentence == here.sentence, abs(sentence - here.sentence), here.span.start < mention.start),
        *(second.start - first.end, inside, here.order, len(others)),
        *(
            holds(places, first.end_char, second.start_char) and bool(between)
            for places in (bodies.topics, bodies.signings)
        ),
        *("antara" in between, "dengan" in between),
        *(sum(bodies.sentence_of(m.span.start) in sentences for m in group), here.span.end_char <= title),
        *here.beside,
        *ever,
        *(len(body.occurrences), ranks.index(len(body.occurrences)), min(sentences)),
        *(any(o.span.end_char <= title for o in body.occurrences), signing),
        *("ORG" in labels, "GPE" in labels, "TITLE" in labels),
        *_of_name(name),
        len(bodies.found),
        *(body.key in by_rule, evidence, len(by_rule), evidence * (body.key in by_rule)),
    ]


@lru_cache(maxsize=5_000)
def _of_name(name: str) -> tuple[float, ...]:
    """What the name alone tells: a company, an office, a country, in capitals, how many words."""
    kinds = (COMPANY.match(name) is not None, OFFICE.match(name) is not None, place_key(name) in countries())
    return (*kinds, name.isupper(), len(name.split()))


def nearest(group: Group, bodies: Bodies, body: Body) -> Pair:
    """The occurrence of a body that stands nearest to a mention of an agreement, and that mention; sentences first."""
    places = [(bodies.sentence_of(m.span.start), m.span.start) for m in group[:9]]
    found = [(occurrence.sentence, occurrence.span.start) for occurrence in body.occurrences[:30]]
    _, _, i, j = min(
        (abs(sentence - home), abs(start - place), i, j)
        for i, (sentence, start) in enumerate(found)
        for j, (home, place) in enumerate(places)
    )
    return body.occurrences[i], group[j].span
