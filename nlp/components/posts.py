"""Posts (jabatan): where the phrase of a post begins, and how it falls into the post and its institution or region."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.components.matching import matches_at

DATA = Path(__file__).resolve().parents[1] / "gazetteers" / "posts.toml"
BRACKETS = re.compile(r"\s*\([^()]*\)")
SPACES = re.compile(r"\s+")
TERM = re.compile(r",?\s+(?:periode|tahun|masa\s+(?:jabatan|bakti)|terpilih|saat\s+ini|era)\b.*\Z", re.DOTALL)


def _alternation(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(set(words), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Post:
    """A post: `title` without its institution, `organisation` or None, `status` as in nlp.records.Official."""

    title: str
    organisation: str | None
    status: str


_POSTS = tomllib.loads(DATA.read_text(encoding="utf-8"))
_ACTING = rf"(?:{_alternation(_POSTS['acting'])})\b\.?(?:\s*\([^()]{{1,30}}\))?"
_FORMER = "|".join(_POSTS["former"])
_PREFIX = rf"(?:(?:(?i:{_FORMER})\b|(?i:{_ACTING}))\s*)*"
ACTING = re.compile(rf"\b(?i:{_ACTING})\s")
FORMER = re.compile(rf"\b(?i:{_FORMER})\s")
# A post in the text: an acting or former word and a head, or a head alone. Groups: none.
HEAD = re.compile(
    rf"(?<![\w/-])(?:{_PREFIX}(?:{_alternation([*_POSTS['heads'], *(head.upper() for head in _POSTS['heads'])])})"
    rf"|(?:{_alternation(_POSTS['families'])})[a-z]+|(?:{_alternation(_POSTS['plain_heads'])}))(?!\w)"
)
_FIRST_WORDS = frozenset(
    word.split()[0].casefold() for key in ("heads", "acting", "former", "plain_heads") for word in _POSTS[key]
)
_FAMILIES = tuple(_POSTS["families"])
_CAPITALISED = re.compile(r"(?<![\w/-])[A-Z]\w+")
# A capitalised head run into the word before it: a line break that extraction lost ("... JawaMenteri Sosial").
_GLUED = re.compile(rf"(?:{_alternation(h for h in _POSTS['heads'] if len(h) > 3 and h[1].islower())})(?!\w)")
_RUN_IN = re.compile(r"(?<=[a-z0-9A-Z)])[A-Z][a-z]{2}")
# The foot of a press release whose line breaks extraction lost: "(AB)Kepala Biro Hukum dan Kerja SamaSari DewiBagikan".
_GLUED_SIGNATURE = re.compile(
    rf"(?P<post>{_PREFIX}(?:Kepala|Juru\s+Bicara|Sekretaris|Direktur|Menteri|Deputi)\b"
    r"[^.;:\n()]{8,150}?[a-z])"
    r",?(?P<name>(?<![A-Z ])[A-Z][a-z]+(?:[ ](?:[A-Z]\.|[A-Z][a-z]+)){0,4}?)(?=[A-Z][a-z]+[ :]|\s*\n|\Z)"
)
_GLUED_TO = re.compile(r"[\n)*.](?:(?<=\*) )?(?=[^\W\d_])")  # stands before it
_WAKIL = r"(?:(?:Wakil|Deputi|Asisten)\s+)?"
REGIONAL = re.compile(
    rf"(?i:{_PREFIX}){_WAKIL}(?i:{_alternation(_POSTS['regional'])})(?:\s+ke-\d+(?:\s+dan\s+\d+)?)?(?=\s(?!Senior\b|Bank\b)|\Z)"
)
MINISTERIAL = re.compile(rf"(?i:{_PREFIX}(?:Wakil\s+)?(?:{_alternation(_POSTS['ministerial'])}))(?!\w)")
OVER_UNIT = re.compile(rf"(?i:{_PREFIX}(?:{_alternation(_POSTS['over_unit'])}))\s+\Z")
INSTITUTION = re.compile(rf"(?<![\w/])(?:{_alternation(_POSTS['institutions'])}|Kemen[A-Z]?\w+)(?!\w)")
INSTITUTION_WORDS = frozenset(word for name in _POSTS["institutions"] for word in name.casefold().split())
SHORT_NAMES = re.compile(rf"(?<=\s)(?:{_alternation(_POSTS['short_names'].split())})(?:\s+(?:RI|Indonesia))?\Z")
NAME_LIKE = frozenset(_POSTS["name_like"])
UNITS = frozenset(_POSTS["units"])
SHORT_UNIT = 4  # words of post and unit up to which the unit's name goes with its institution ("Kepala Kantor PT P")
ACRONYM = re.compile(r"(?<=\s)(?![IVX]+\b)[A-Z][A-Za-z]*[A-Z][\w/-]*(?:\s+(?:RI|Indonesia|[A-Z][\w-]+))*\Z")
STATE = re.compile(r"\s+(?:RI|Republik Indonesia)\Z")
FIELD = re.compile(r"\b(?:for|of|bidang|urusan)\s+(?:the\s+)?\Z")  # before what a post is over, not where it is
JOINING = re.compile(r"(?:[\s,/]|\b(?:pada|di|dari|untuk|of|and|dan|for|at))+\Z")


def heads_in(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The capitalised heads of posts in text[start:end], not overlapping (HEAD.finditer, ten times as fast)."""
    for word in _CAPITALISED.finditer(text, start, end):
        form = word.group()
        if word.start() >= start and (form.casefold() in _FIRST_WORDS or form.startswith(_FAMILIES)):
            head = HEAD.match(text, word.start(), end)
            if head:
                yield head
                start = head.end()


def glued_heads(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The heads of posts in text[start:end] that are run into the word before them."""
    for word in _RUN_IN.finditer(text, start, end):
        head = _GLUED.match(text, word.start(), end)
        if head:
            yield head


def glued_signatures(text: str) -> Iterator[re.Match[str]]:
    """The posts and names (groups `post`, `name`) at the foot of press releases that lost their line breaks."""
    return matches_at(_GLUED_SIGNATURE, text, (before.end() for before in _GLUED_TO.finditer(text)))


def clean(phrase: str) -> str:
    """The phrase on one line, without what it says in brackets."""
    return SPACES.sub(" ", BRACKETS.sub("", TERM.sub("", phrase))).strip(" ,;:-–")


def status_of(title: str) -> str:
    """ "mantan" for a former post, "penjabat" for one held in place of another, else "menjabat"."""
    padded = title + " "
    if FORMER.match(padded):
        return "mantan"
    return "penjabat" if ACTING.match(padded) else "menjabat"


def split_post(phrase: str, bodies: Iterable[str] = (), places: Iterable[str] = ()) -> Post:
    """The post and its institution in a phrase such as "Kepala Dinas Sosial Kota X".

    bodies, places: institutions and places that the document names; one that closes the phrase is the post's.
    """
    phrase = clean(phrase)
    if MINISTERIAL.match(phrase):
        phrase = STATE.sub("", phrase)  # every Menteri is the Republic's; those of other countries carry their country
    status = status_of(phrase)
    cut = _split_at(phrase, bodies, places)
    title = JOINING.sub("", phrase[:cut]).strip()
    organisation = phrase[cut:].strip(" ,/")
    for joiner in ("pada ", "di ", "dari "):
        organisation = organisation.removeprefix(joiner)
    if not title:
        return Post(phrase, None, status)
    return Post(title, organisation or None, status)


def _split_at(phrase: str, bodies: Iterable[str], places: Iterable[str]) -> int:
    """Offset at which the institution begins; the phrase's length when it holds none."""
    ministerial = MINISTERIAL.match(phrase)
    if ministerial:
        ministry = phrase.find(" Kementerian ")
        closing = ministry + 1 if ministry > 0 else _closing_body(phrase, places)
        return len(phrase) if closing is None else closing
    regional = REGIONAL.match(phrase)
    if regional:
        return regional.end()
    starts = [m for m in INSTITUTION.finditer(phrase, 1) if m.end() < len(phrase) or m.group() not in UNITS]
    greater = [m.start() for m in starts if m.group() not in UNITS]
    if starts and OVER_UNIT.match(phrase, 0, starts[0].start()):
        # "Kepala Badan P Kementerian Q" heads a unit of Q; in "Kepala Badan P" the unit is the institution.
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
    """Where the longest of `bodies` that closes the phrase begins; None when none does."""
    ends = [len(phrase) - len(body) for body in bodies if phrase.endswith(" " + body)]
    return min((start for start in ends if start > 0 and not FIELD.search(phrase, 0, start)), default=None)
