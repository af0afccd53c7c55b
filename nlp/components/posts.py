"""Posts (jabatan): where the phrase of a post begins, and how it falls into the post and its institution or region.

"Kepala Dinas Sosial Kota Bandung" is the post "Kepala" of "Dinas Sosial Kota Bandung", "Bupati Garut" is "Bupati" of
"Garut". The words that begin posts and institutions stand in gazetteers/posts.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.components.matching import matches_at

DATA = Path(__file__).resolve().parents[1] / "gazetteers" / "posts.toml"
IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
SPACES = re.compile(r"\s+")
# What makes a post somebody's: "Kasat Narkoba|nya".
THEIR = re.compile(r"(?<=[a-z]{4})nya\Z")
# What a phrase says of the term rather than the post: " periode 2024-2029", ", saat ini".
TERM = re.compile(r",?\s+(?:[Pp]eriode|tahun|masa\s+(?:jabatan|bakti)|terpilih|saat\s+ini|era)\b.*\Z", re.DOTALL)


def _alternation(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(set(words), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class PostParts:
    """The parts of a phrase for a post; as the fields of nlp.records.Official."""

    title: str
    organisation: str | None
    status: str


_POSTS = tomllib.loads(DATA.read_text(encoding="utf-8"))
_ACTING = rf"(?:{_alternation(_POSTS['acting'])})\b\.?(?:\s*\([^()]{{1,30}}\))?"
_FORMER = "|".join(_POSTS["former"])
# Any acting and former words before a post: "mantan Plt. ".
_PREFIX = rf"(?:(?:(?i:{_FORMER})\b|(?i:{_ACTING}))\s*)*"
ACTING = re.compile(rf"\b(?i:{_ACTING})\s")
FORMER = re.compile(rf"\b(?i:{_FORMER})\s")
# The beginning of a post in the text: "Kepala", "Plt. Bupati", "Kadisdik", "BUPATI".
HEAD = re.compile(
    rf"(?<![\w/-])(?!Raja Ampat)(?:{_PREFIX}(?:{_alternation([*_POSTS['heads'], *(head.upper() for head in _POSTS['heads'])])})"
    rf"|(?:{_alternation(_POSTS['families'])})[a-z]+|(?:{_alternation(_POSTS['plain_heads'])}))(?!\w)"
)
# How such a beginning begins: quicker to look for than HEAD.
_FIRST_WORDS = frozenset(
    word.split()[0].casefold() for key in ("heads", "acting", "former", "plain_heads") for word in _POSTS[key]
)
_FAMILIES = tuple(_POSTS["families"])
_CAPITALISED = re.compile(r"(?<![\w/-])[A-Z]\w+")
# The beginning of a post that a lost line break runs into the word before it: "Menteri" of "... JawaMenteri Sosial".
_GLUED = re.compile(rf"(?:{_alternation(h for h in _POSTS['heads'] if len(h) > 3 and h[1].islower())})(?!\w)")
_RUN_IN = re.compile(r"(?<=[a-z0-9A-Z)])[A-Z][a-z]{2}")
# A post and a name at the foot of a press release whose line breaks extraction lost:
# "(AB)|Kepala Biro Hukum dan Kerja SamaSari Dewi|Bagikan".
_GLUED_SIGNATURE = re.compile(
    rf"(?P<post>{_PREFIX}(?:Kepala|Juru\s+Bicara|Sekretaris|Direktur|Menteri|Deputi)\b"
    r"[^.;:\n()]{8,150}?[a-z])"
    r",?(?P<name>(?<![A-Z ])[A-Z][a-z]+(?:[ ](?:[A-Z]\.|[A-Z][a-z]+)){0,4}?)(?=[A-Z][a-z]+[ :]|\s*\n|\Z)"
)
_GLUED_TO = re.compile(r"[\n)*.](?:(?<=\*) )?(?=[^\W\d_])")  # what stands before such a post
_WAKIL = r"(?:(?:Wakil|Deputi|Asisten)\s+)?"
# A post that heads a region, so that the rest of the phrase is the region's name: "Wakil Bupati", "Gubernur ke-5".
REGIONAL = re.compile(
    rf"(?i:{_PREFIX}){_WAKIL}(?i:{_alternation(_POSTS['regional'])})(?:\s+ke-\d+(?:\s+dan\s+\d+)?)?(?=\s(?!Senior\b|Bank\b)|\Z)"
)
# A minister's post, to which the name of the ministry belongs: "Menteri" of "Menteri Sosial", "Wamen".
MINISTERIAL = re.compile(rf"(?i:{_PREFIX}(?:Wakil\s+)?(?:{_alternation(_POSTS['ministerial'])}))(?!\w)")
# A post over the unit behind it, which is its institution: "Kepala " of "Kepala Badan P".
OVER_UNIT = re.compile(rf"(?i:{_PREFIX}(?:{_alternation(_POSTS['over_unit'])}))\s+\Z")
# A word that begins the name of an institution: "Dinas", "Kemenhub".
INSTITUTION = re.compile(rf"(?<![\w/])(?:{_alternation(_POSTS['institutions'])}|Kemen[A-Z]?\w+)(?!\w)")
INSTITUTION_WORDS = frozenset(word for name in _POSTS["institutions"] for word in name.casefold().split())
# An institution's short name at the end of a phrase: "Kominfo" of "Kepala Kominfo RI".
SHORT_NAMES = re.compile(rf"(?<=\s)(?:{_alternation(_POSTS['short_names'].split())})(?:\s+(?:RI|Indonesia))?\Z")
CLOSING_WORDS = frozenset(("Group", "Grup", "Holding"))  # of institutions, whose names stand before these
OF_GROUP = re.compile(r"\s(?P<name>[A-Z][\w-]*)\s+\Z")  # the word before one
NAME_LIKE = frozenset(_POSTS["name_like"])
UNITS = frozenset(_POSTS["units"])
# Words of a post and its unit before a greater institution: up to so many the unit is the beginning of the institution
# ("Kepala" of "Kantor PT P"), of more it is a part of the post ("Kepala Badan Riset dan Inovasi" of "Kementerian Q").
SHORT_UNIT = 4
# An acronym at the end of a phrase: "BKPN RI" of "Deputi Distribusi BKPN RI"; numerals are none.
ACRONYM = re.compile(r"(?<=\s)(?![IVX]+\b)[A-Z][A-Za-z]*[A-Z][\w/-]*(?:\s+(?:RI|Indonesia|[A-Z][\w-]+))*\Z")
STATE = re.compile(r"\s+(?:RI|Republik Indonesia)\Z")
# Words before what a post is about, which is no institution: "Deputi Bidang |Pangan".
FIELD = re.compile(r"\b(?:for|of|bidang|urusan)\s+(?:the\s+)?\Z")
# Words between a post and its institution, which belong to neither: "Direktur| pada |Bank P".
JOINING = re.compile(r"(?:[\s,/]|\b(?:pada|di|dari|untuk|of|and|dan|for|at))+\Z")


def heads_in(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """What HEAD.finditer finds in text[start:end] with a capital, in a tenth of the time."""
    for word in _CAPITALISED.finditer(text, start, end):
        form = word.group()
        if word.start() >= start and (form.casefold() in _FIRST_WORDS or form.startswith(_FAMILIES)):
            head = HEAD.match(text, word.start(), end)
            if head:
                yield head
                start = head.end()


def glued_heads(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The beginnings of posts in text[start:end] that a lost line break runs into the word before them."""
    for word in _RUN_IN.finditer(text, start, end):
        head = _GLUED.match(text, word.start(), end)
        if head:
            yield head


def glued_signatures(text: str) -> Iterator[re.Match[str]]:
    """The posts and names (groups `post` and `name`) at the foot of a press release that lost its line breaks."""
    return matches_at(_GLUED_SIGNATURE, text, (before.end() for before in _GLUED_TO.finditer(text)))


def clean(phrase: str) -> str:
    """The phrase in one line, without what it says of the term and in brackets."""
    bare = SPACES.sub(" ", IN_BRACKETS.sub("", TERM.sub("", THEIR.sub("", phrase)))).strip(" ,;:-–")
    return bare if "(" in bare else bare.rstrip(") ")


def status_of(title: str) -> str:
    """The status that a post's first words tell: "mantan" (former), "penjabat" (acting), else "menjabat"."""
    padded = title + " "
    if FORMER.match(padded):
        return "mantan"
    return "penjabat" if ACTING.match(padded) else "menjabat"


def split_post(phrase: str, bodies: Iterable[str] = (), places: Iterable[str] = ()) -> PostParts:
    """The post and its institution in a phrase such as "Kepala Dinas Sosial Kota Bandung".

    bodies, places  institutions and places that the document names; one that closes the phrase is the post's
    """
    phrase = clean(phrase)
    if MINISTERIAL.match(phrase):
        phrase = STATE.sub("", phrase)  # a minister is Indonesia's unless the phrase names another country
    status = status_of(phrase)
    cut = _split_at(phrase, bodies, places)
    title = JOINING.sub("", phrase[:cut]).strip()
    organisation = phrase[cut:].strip(" ,/")
    for joiner in ("pada ", "di ", "dari "):
        organisation = organisation.removeprefix(joiner)
    if not title:
        return PostParts(phrase, None, status)
    return PostParts(title, organisation or None, status)


def _split_at(phrase: str, bodies: Iterable[str], places: Iterable[str]) -> int:
    """The offset at which the institution begins in the phrase; the phrase's length if it names none."""
    ministerial = MINISTERIAL.match(phrase)
    if ministerial:
        ministry = phrase.find(" Kementerian ")
        closing = ministry + 1 if ministry > 0 else _closing_body(phrase, places)
        return len(phrase) if closing is None else closing
    regional = REGIONAL.match(phrase)
    if regional:
        return regional.end()
    starts = [m for m in INSTITUTION.finditer(phrase, 1) if m.end() < len(phrase) or m.group() not in UNITS]
    named = OF_GROUP.search(phrase, 0, starts[0].start()) if starts and starts[0].group() in CLOSING_WORDS else None
    if named:
        return named.start("name")  # "Direktur |Indomobil Group"
    greater = [m.start() for m in starts if m.group() not in UNITS]
    if starts and OVER_UNIT.match(phrase, 0, starts[0].start()):
        # "Kepala Badan P Kementerian Q" heads a unit of Q; of "Kepala Badan P" the unit is the institution.
        inner = starts[0].group() in UNITS and bool(greater) and len(phrase[: greater[0]].split()) > SHORT_UNIT
        return greater[0] if inner else starts[0].start()
    if starts:
        return greater[0] if greater else starts[0].start()
    closing = _closing_body(phrase, (*bodies, *places))
    if closing is not None:
        return closing
    acronym = SHORT_NAMES.search(phrase) or ACRONYM.search(phrase)
    return acronym.start() if acronym else len(phrase)


def _closing_body(phrase: str, bodies: Iterable[str]) -> int | None:
    """Where the longest of the bodies begins that closes the phrase; None if none closes it."""
    ends = [len(phrase) - len(body) for body in bodies if phrase.endswith(" " + body)]
    return min((start for start in ends if start > 0 and not FIELD.search(phrase, 0, start)), default=None)
