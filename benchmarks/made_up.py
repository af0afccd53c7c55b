"""A made-up archive of any size: articles by number with their tags, and a bulk path into an empty database.

Term frequencies as in a news archive: words by Zipf-Mandelbrot, 1 / (rank + 2.7), over 60,000 words, so that the first
is in nearly every article as "yang" is, `COMMON` in 60 %, the words of rank 1,660 in 1 %; `RARE` in 20 articles however
many there are; `COMMON` is followed by `AFTER` in three cases of ten, as names of institutions are. People, places and
bodies by Zipf-Mandelbrot too: the first place is in a quarter of all articles, the first person in one of sixteen.
Articles come in the order of their days, save one in five that is up to two days late and one in thirty that comes from
an archive read later; 1 in 200 has no date; 3 % are copies of an article just before. Three news articles of five have
a byline, of one of the 60 authors of their outlet; one article of twelve has a promise.

The bulk path stores the same rows as pipelines/store/save.py would (a test compares them), apart from the MinHash
bands, which are random numbers, and the ids of agreements' copies, which are known beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import numpy as np

from nlp.gazetteers import regions
from nlp.records import Agreement, Law, Mention, Official, Place, Promise, Quote, Tags
from pipelines.records import Article

BATCH = 2_000  # articles; a batch's number decides all that is in it
SOURCES, PEOPLE, ORGANISATIONS, WORDS, LAWS = 300, 40_000, 15_000, 60_000, 2_000
LAST, DAYS = date(2026, 11, 24), 1_096
LENGTH = (80, 260)  # words of an article, names apart
SYLLABLES = "ba bi bu da di du ka ki ku la li lu ma mi mu na ni nu pa pi pu ra ri ru sa si su ta ti tu wa ya ja".split()
COMMON, AFTER, RARE = "pemerintah", "daerah", "sukamaju"
COMMON_RANK, MIDDLE = 14, slice(1_600, 1_720)  # of the words: in 60 % and in 1 % of the articles
RARE_ARTICLES = 20
POSTS = (
    "Kepala Biro",
    "Direktur",
    "Juru Bicara",
    "Sekretaris Jenderal",
    "Ketua Umum",
    "Direktur Utama",
    "Rektor",
    "Anggota",
    "Staf Khusus",
    "Komisaris",
)
BODIES = ("Dinas", "Badan", "Lembaga", "Yayasan", "Perkumpulan", "Asosiasi")
AGREEMENTS = (
    ("MoU", "nota kesepahaman"),
    ("MoU", "nota kesepahaman"),
    ("PKS", "perjanjian kerja sama"),
    ("perjanjian", "perjanjian"),
    ("LoI", "letter of intent"),
)
STATUSES = ("ditandatangani", "ditandatangani", "direncanakan", "berlaku", "dibahas")
AUTHORS, SIGNED, PROMISED = 60, 3, 12  # authors of an outlet; articles of five with a byline; one of so many promises
LATE, ARCHIVED, UNDATED, COPIED, AGREED, RULED = 0.2, 1 / 30, 1 / 200, 0.03, 0.1, 0.1  # shares of the articles


@dataclass(frozen=True, slots=True)
class Made:
    """An article of the archive with what a tagger would say of it; `copies`: the number of the one it is a copy of."""

    number: int
    article: Article
    tags: Tags
    copies: int | None = None


def zipf(count: int, offset: float) -> np.ndarray:
    """Cumulative probabilities of ranks 1 to `count` by Zipf-Mandelbrot."""
    weights = 1 / (np.arange(1, count + 1) + offset)
    return np.cumsum(weights / weights.sum())


class Archive:
    """An archive of `total` articles. The same number gives the same article, also beyond the total."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.word_odds, self.person_odds = zipf(WORDS, 2.7), zipf(PEOPLE, 4)
        self.organisation_odds, self.source_odds = zipf(ORGANISATIONS, 4), zipf(SOURCES, 8)
        self.place_odds = zipf(len(self.places), 1)

    @cached_property
    def words(self) -> np.ndarray:
        """All words by rank, the short ones first as in any language."""
        random = np.random.default_rng(1)
        found = dict.fromkeys((COMMON, AFTER, RARE))
        while len(found) < WORDS + 2:
            shortest = 2 + (len(found) > 900)
            found["".join(random.choice(SYLLABLES, random.integers(shortest, shortest + 3)))] = None
        words = [word for word in found if word not in (COMMON, RARE)]
        words.insert(COMMON_RANK, COMMON)
        return np.array(words, dtype=object)

    @cached_property
    def people(self) -> list[str]:
        """Names of two or three words, each once; the rank is the id less one."""
        return self._names(2, PEOPLE, "")

    @cached_property
    def organisations(self) -> list[str]:
        """Names of bodies, each once."""
        return self._names(3, ORGANISATIONS, *BODIES)

    def _names(self, seed: int, count: int, *first: str) -> list[str]:
        random = np.random.default_rng(seed)
        found: dict[str, None] = {}
        while len(found) < count:
            parts = self.words[random.integers(5_000, WORDS, 2)]
            found[f"{first[len(found) % len(first)]} {parts[0].title()} {parts[1].title()}".strip()] = None
        return list(found)

    @cached_property
    def places(self) -> list[Place]:
        """Provinces, kabupaten and kota as the tagger gives them, in an order of their own."""
        known = [r for r in regions().by_code.values() if r.kind in ("kota", "kabupaten", "provinsi")]
        order = np.random.default_rng(4).permutation(len(known))
        return [Place(r.display, r.display, r.kind, r.code) for r in (known[i] for i in order)]

    def batch(self, number: int, end: int | None = None) -> list[Made]:
        """The articles number * BATCH to number * BATCH + BATCH - 1, those before `end` where one is given."""
        random = np.random.default_rng([5, number])
        made: list[Made] = []
        for i in range(BATCH):
            position = number * BATCH + i
            if position == end:
                break
            if made and random.random() < COPIED:
                made.append(self._copy(random, position, made[-int(random.integers(1, min(len(made), 50) + 1))]))
            else:
                made.append(self._article(random, position))
        return made

    def _copy(self, random: np.random.Generator, number: int, of: Made) -> Made:
        source = int(np.searchsorted(self.source_odds, random.random()))
        source += _kind(source) == "press_release"  # who copies is a medium: a release would count as the original
        address = f"https://s{source}.contoh.id/{number}"
        # News, whatever its source writes else: a press release would be the original of what it copies.
        article = replace(of.article, url=address, canonical_url=address, source_id=f"s{source}", kind="news")
        return Made(number, article, of.tags, of.number if of.copies is None else of.copies)

    def _article(self, random: np.random.Generator, number: int) -> Made:
        body = list(self.words[np.searchsorted(self.word_odds, random.random(random.integers(*LENGTH)))])
        for i, word in enumerate(body[:-1]):
            if word == COMMON and random.random() < 0.3:
                body[i + 1] = AFTER
        every = max(1, self.total // RARE_ARTICLES)
        if number % every == every // 2 and number < self.total:
            body[3] = RARE
        title = " ".join(body[:8]).capitalize()
        text, tags = self._tagged(random, body[8:])
        day, moment, seen = self._times(random, number)
        source = int(np.searchsorted(self.source_odds, random.random()))
        address = f"https://s{source}.contoh.id/{number}"
        article = Article(
            address,
            address,
            f"s{source}",
            _kind(source),
            title,
            text,
            moment,
            day,
            "meta" if day else None,
            self._author(number, source),
            None,
            "id",
            (),
            seen,
        )
        if day and number % PROMISED == 0:
            tags = replace(tags, promises=(_promise(number, text, tags, date.fromisoformat(day)),))
        return Made(number, article, tags)

    def _author(self, number: int, source: int) -> str | None:
        """Who wrote an article; its number decides, so that nothing else of the archive changes."""
        if _kind(source) != "news" or number % 5 >= SIGNED:
            return None
        chance = number * 2_654_435_761 % 2**32 / 2**32
        return self.people[(source * AUTHORS + int(AUTHORS * chance**2)) % PEOPLE]

    def _times(self, random: np.random.Generator, number: int) -> tuple[str | None, str | None, str]:
        """(day in WIB, time published, time fetched) of an article; the archive's last is of the day LAST."""
        arrived = LAST - timedelta(days=DAYS - 1 - min(number * DAYS // self.total, DAYS - 1))
        day, chance = arrived, random.random()
        if chance < LATE:
            day -= timedelta(days=int(random.integers(0, 3)))
        elif chance < LATE + ARCHIVED:
            day -= timedelta(days=int(random.integers(0, 1_500)))
        # Working hours in WIB are the same day in UTC.
        moment = datetime.combine(day, time(int(random.integers(0, 17)), int(random.integers(0, 60))), UTC)
        seen = datetime.combine(arrived, time(23, int(random.integers(0, 60))), UTC).isoformat()
        if random.random() < UNDATED:
            return None, None, seen
        return day.isoformat(), moment.isoformat(), seen

    def _tagged(self, random: np.random.Generator, body: list[str]) -> tuple[str, Tags]:
        """The text with names put into it, and its tags."""
        people = np.searchsorted(self.person_odds, random.random(3))
        places = np.searchsorted(self.place_odds, random.random(3))
        bodies = np.searchsorted(self.organisation_odds, random.random(2))
        named = [("PER", self.people[p]) for p in people] + [("GPE", self.places[p].name) for p in places]
        named += [("ORG", self.organisations[o]) for o in bodies]
        agreements: tuple[Agreement, ...] = ()
        laws: tuple[Law, ...] = ()
        if random.random() < AGREED and bodies[0] != bodies[1]:
            kind, phrase = AGREEMENTS[int(random.integers(0, len(AGREEMENTS)))]
            agreement = Agreement(
                kind,
                phrase,
                tuple(self.organisations[o] for o in bodies),
                subject=" ".join(body[:4]),
                place=self.places[places[0]].name,
                status=STATUSES[int(random.integers(0, len(STATUSES)))],
                parties_known=True,
            )
            agreements = (agreement,)
            named.append(("AGR", phrase))
        if random.random() < RULED:
            laws = (law_of(int(random.random() ** 3 * LAWS)),)
            named.append(("LAW", laws[0].text))
        order = random.permutation(len(named))
        text, mentions, quote = _weave(body, [named[i] for i in order])
        speaker = self.people[people[0]]
        tags = Tags(
            mentions=tuple(mentions),
            officials=tuple(_official(self, int(p), random.random()) for p in dict.fromkeys(people)),
            places=tuple(self.places[p] for p in dict.fromkeys(places)),
            agreements=agreements,
            laws=laws,
            quotes=(Quote(text[quote[0] : quote[1]], speaker, speaker, "kata", *quote),),
        )
        return text, tags


def law_of(rank: int) -> Law:
    """A regulation as the tagger gives it."""
    number, year = rank % 100 + 1, 2005 + rank // 100
    return Law(f"PP Nomor {number} Tahun {year}", f"PP {number}/{year}", "PP", str(number), year)


def _promise(number: int, text: str, tags: Tags, day: date) -> Promise:
    """What the first body of an article says will be done, up to two and a half years later."""
    who = next(mention.text for mention in tags.mentions if mention.label == "ORG")
    last = (day + timedelta(days=1 + number % 900)).isoformat()
    return Promise(text[:120], who, "organisation", "menargetkan", last, last, last, f"{number % 977} unit", 0, 120)


def _kind(source: int) -> str:
    return "press_release" if source % 3 == 0 else "news"


def _official(archive: Archive, person: int, chance: float) -> Official:
    """A person with their post; in one case of ten another one that they hold, too."""
    title = POSTS[(person + (chance < 0.1)) % len(POSTS)]
    return Official(archive.people[person], title, archive.organisations[person % 500])


def _weave(body: list[str], named: list[tuple[str, str]]) -> tuple[str, list[Mention], tuple[int, int]]:
    """(text, mentions, where the quote is) of words with names at even distances, a paragraph after every third."""
    step = max(1, len(body) // (len(named) + 1))
    parts: list[str] = []
    mentions: list[Mention] = []
    quote, length = (0, 0), 0
    for n, (label, name) in enumerate(named):
        words = " ".join(body[n * step : (n + 1) * step]) + " "
        start = length + len(words)
        if n == 1:
            quote = (length, start - 1)
        mentions.append(Mention(label, "text", start, start + len(name), name))
        parts += [words, name, ".\n" if n % 3 == 2 else " "]
        length = start + len(name) + len(parts[-1])
    return "".join(parts) + " ".join(body[len(named) * step :]), mentions, quote
