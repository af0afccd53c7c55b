"""The records of the tagger: the document that it reads, and what it finds in it.

Offsets (`start`, `end`) are Unicode code points into the field that a record names, end exclusive; a quote and a
promise always stand in the text. `nlp/as_json.py` turns these records into JSON and back; everybody else reads their
attributes.

The records have no slots: they are pickled on their way from the reading processes to the writer, and Python 3.11
unpickles a frozen dataclass with slots four times as slowly as one without.
"""

from __future__ import annotations

from dataclasses import dataclass

LABELS = ("PER", "TITLE", "ORG", "GPE", "LOC", "AGR", "LAW", "EVT")
AGREEMENT_TYPES = ("MoU", "PKS", "LoI", "perjanjian", "kesepakatan", "lainnya")
AGREEMENT_STATUSES = ("ditandatangani", "direncanakan", "berlaku", "dibahas", "diperpanjang", "berakhir")
QUOTE_KINDS = ("langsung", "tidak langsung")
PROMISE_STATES = ("ditepati", "sebagian", "tidak ditepati", "dicabut")
PLACE_KINDS = ("provinsi", "kabupaten", "kota", "kecamatan", "negara", "kota-asing")


@dataclass(frozen=True)
class Document:
    """What the tagger reads: `title` may be "". `published_at` (ISO 8601) dates what the text says without a year."""

    title: str
    text: str
    published_at: str | None = None


@dataclass(frozen=True)
class Mention:
    """One name in the text: `label` is one of LABELS, `field` is "title" or "text"."""

    label: str
    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Official:
    """A named person who holds a post in the text.

    name          without honorifics and degrees
    title         the post without its institution ("Wakil Bupati"), or None
    organisation  the institution or region ("Bogor"), or None
    aliases       other forms of the name in this document ("Virgi", "Gus Ipul")
    honorifics    degrees and forms of address cut from the name ("Dr.", "S.H.")
    status        "menjabat", "penjabat" (Plt, Pj, Pjs, Plh) or "mantan"
    """

    name: str
    title: str | None
    organisation: str | None
    aliases: tuple[str, ...] = ()
    honorifics: tuple[str, ...] = ()
    status: str = "menjabat"


@dataclass(frozen=True)
class Place:
    """A place: `text` as written, `name` canonical, `kind` one of PLACE_KINDS.

    code      Kemendagri code ("32.73") for Indonesian places, else None
    country   ISO 3166-1 alpha-2 code for countries and (where known) foreign cities, else None
    """

    text: str
    name: str
    kind: str
    code: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class Agreement:
    """An instrument between parties. `type` is one of AGREEMENT_TYPES, `status` one of AGREEMENT_STATUSES.

    text           the noun phrase that names it
    date           ISO 8601 with the precision that the text gives: "2016-10-08", "2016-10" or "2016"; else None
    parties_known  whether two parties or more are known
    confidence     how likely the text tells of such an agreement, 0 to 1; calibrated on documents not trained on
    months         how long it holds, or None
    until          the end that the text names, as `date`; else None
    """

    type: str
    text: str
    parties: tuple[str, ...] = ()
    subject: str | None = None
    date: str | None = None
    place: str | None = None
    status: str = "dibahas"
    signatories: tuple[str, ...] = ()
    parties_known: bool = False
    confidence: float = 1.0
    months: int | None = None
    until: str | None = None


@dataclass(frozen=True)
class Law:
    """A regulation or standard: `key` is its normal form ("PP 59/2022", "SNI ISO 37122")."""

    text: str
    key: str
    type: str
    number: str | None = None
    year: int | None = None
    about: str | None = None


@dataclass(frozen=True)
class Quote:
    """Speech; `name` is the official or person the speaker resolves to.

    kind  one of QUOTE_KINDS: the speaker's own words, without their quotation marks, or what a clause tells of them
          ("Budi mengatakan bahwa ...")
    """

    text: str
    speaker: str | None = None
    name: str | None = None
    verb: str | None = None
    start: int = -1
    end: int = -1
    kind: str = "langsung"


@dataclass(frozen=True)
class Promise:
    """What somebody says will have been done by a day that is yet to come when the article appears.

    text      the sentence that says it
    who       the person or body that is bound, or speaks for who is
    kind      "person" or "organisation": what `who` is
    cue       the words that bind ("menargetkan", "akan rampung")
    due       ISO 8601 with the precision that the text gives: "2026-12-31", "2026-12" or "2026"
    due_text  the deadline as written ("kuartal III 2026")
    last      the last day of that period ("2026-09-30")
    amount    the figure that is promised ("Rp1,2 triliun", "10 persen"), or None
    state     what people say became of it, one of PROMISE_STATES; "" where nobody has said, as the tagger leaves it
    """

    text: str
    who: str
    kind: str
    cue: str
    due: str
    due_text: str
    last: str
    amount: str | None = None
    start: int = -1
    end: int = -1
    state: str = ""


@dataclass(frozen=True)
class Tags:
    """All that the tagger finds in one document, each kind in the order of the text."""

    mentions: tuple[Mention, ...] = ()
    officials: tuple[Official, ...] = ()
    places: tuple[Place, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    laws: tuple[Law, ...] = ()
    quotes: tuple[Quote, ...] = ()
    promises: tuple[Promise, ...] = ()
