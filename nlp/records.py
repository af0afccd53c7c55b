"""What the tagger finds in one document: the records that components write and `nlp.tag` prints.

Offsets (`start`, `end`) are Unicode code points into the field named (`title` or `text`), end exclusive.
Inside the spaCy pipeline a document is one `Doc` over title + "\\n\\n" + text (see nlp/document.py), and
offsets there are into `Doc.text`; `nlp.tag` turns them into field offsets on the way out.
"""

from __future__ import annotations

from dataclasses import dataclass

LABELS = ("PER", "TITLE", "ORG", "GPE", "LOC", "AGR", "LAW", "EVT")
AGREEMENT_TYPES = ("MoU", "PKS", "LoI", "perjanjian", "kesepakatan", "lainnya")
AGREEMENT_STATUSES = ("ditandatangani", "direncanakan", "berlaku", "dibahas")
PLACE_KINDS = ("provinsi", "kabupaten", "kota", "kecamatan", "negara", "kota-asing")


@dataclass(frozen=True, slots=True)
class Official:
    """A named person who holds a post in the text.

    name          without honorifics and degrees
    title         the post without its institution ("Wakil Bupati"), or None
    organisation  the institution or region ("Bogor"), or None
    aliases       other forms of the name in this document ("Virgi", "Gus Ipul")
    honorifics    degrees and forms of address cut from the name ("Dr.", "S.H.")
    status        "menjabat", "penjabat" (Plt, Pj, Pjs, Plh) or "mantan"
    start, end    the first full mention of the name, offsets into Doc.text
    """

    name: str
    title: str | None
    organisation: str | None
    aliases: tuple[str, ...] = ()
    honorifics: tuple[str, ...] = ()
    status: str = "menjabat"
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Place:
    """A place: `text` as written, `name` canonical, `kind` one of PLACE_KINDS.

    code      Kemendagri code ("32.73") for Indonesian places, else None
    country   ISO 3166-1 alpha-2 code for countries and (where known) foreign cities, else None
    spans     (start, end) of every mention, offsets into Doc.text
    """

    text: str
    name: str
    kind: str
    code: str | None = None
    country: str | None = None
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """An instrument between parties. `type` one of AGREEMENT_TYPES, `status` one of AGREEMENT_STATUSES.

    date is ISO 8601 with the precision the text gives: "2016-10-08", "2016-10" or "2016"; else None.
    start, end: the noun phrase that names it, offsets into Doc.text.
    """

    type: str
    text: str
    parties: tuple[str, ...] = ()
    subject: str | None = None
    date: str | None = None
    place: str | None = None
    status: str = "dibahas"
    signatories: tuple[str, ...] = ()
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Law:
    """A regulation or standard: `key` is its normal form ("PP 59/2022", "SNI ISO 37122")."""

    text: str
    key: str
    type: str
    number: str | None = None
    year: int | None = None
    about: str | None = None
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Quote:
    """Direct speech without its quotation marks; `name` is the official or person the speaker resolves to."""

    text: str
    speaker: str | None = None
    name: str | None = None
    verb: str | None = None
    start: int = -1
    end: int = -1
