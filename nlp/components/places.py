"""The component `pantau_places`: every GPE entity is led to its Kemendagri code, its country or its city abroad."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from spacy.attrs import ENT_TYPE, LOWER
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span, Token
from spacy.util import filter_spans

from nlp.components.people import post_words
from nlp.components.place_marks import is_led_to, lengthened, parted, with_dateline, without_chance_names
from nlp.document import entities_of, set_entities, text_of
from nlp.gazetteers import Region, common_words, countries, country_name, foreign_cities, place_key, regions
from nlp.records import Place

# The word for a kind of region that stands before a name: "Kabupaten " of "Kabupaten Bogor".
TYPE_WORD = re.compile(
    r"(?P<type>provinsi|prov\.?|kabupaten administrasi|kabupaten|kab\.?|kota administrasi|kotamadya|kota|kecamatan|kec\.?"
    r"|distrik|kelurahan|kel\.?|desa|kampung|nagari|negara|republik)\s+",
    re.IGNORECASE,
)
# The first three letters of such a word -> the kind of region; villages are not in the gazetteer.
KINDS_BY_TYPE_WORD = {"pro": "provinsi", "kab": "kabupaten", "kot": "kota", "kec": "kecamatan", "dis": "kecamatan"}
VILLAGE_WORDS = ("kel", "des", "kam", "nag")  # kelurahan, desa, kampung, nagari
# A bracket at the end of a name: " (Jabar)" of "Jawa Barat (Jabar)".
CLOSING_BRACKETS = re.compile(r"\s*\([^)]*\)?\s*\Z")
HYPHEN = re.compile(r"-")
TWICE = re.compile(r"(\w+)-\1")  # the tokenizer keeps "Pare-pare" whole
# The country behind a city: ", Jepang" of "Osaka, Jepang".
FOLLOWING_PLACE = re.compile(r"\s*,\s*([A-Z][\w-]*(?: [A-Z][\w-]*){0,2})")
# The kabupaten or kota behind a place in it: ", Sleman" of "Depok, Sleman", ", Kabupaten Bogor".
FOLLOWING_REGION = re.compile(
    r"\s*,\s*(?P<type>(?:[Kk]abupaten|[Kk]ab\.?|[Kk]ota)\s+)?(?P<name>[A-Z][\w-]*(?: [A-Z][\w-]*){0,2})"
)
WATERS = frozenset(("Danau", "Selat", "Teluk", "Laut"))  # whose names are those of regions: "Danau Toba"
PREPOSITIONS = frozenset(("di", "ke", "dari", "se-"))
LONGEST_TAIL = 5  # words of the region that closes a building's name, with its type word
# A region with its type word: "Kecamatan Bukit Kecil".
TYPED_NAME = re.compile(r"(?:Kecamatan|Kec\.|Distrik)\s+[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,3}")
# Words before the name of a kabupaten, and of a kota, that share it.
REGION_WORDS = {
    "kab": re.compile(r"[kbpKBP](?<!\w.)(?i:(?<=k)ab(?:upaten|\.)?|(?<=b)upati|(?<=p)emkab|(?<=p)olres)\s+"),
    "kota": re.compile(
        r"[kwpKWP](?<!\w.)(?i:(?<=k)ota(?:madya)?|(?<=w)ali\s?kota|(?<=w)alkot|(?<=p)emkot|(?<=p)olres(?:ta(?:bes)?))\s+"
    ),
}
LONGEST_REGION = 60  # characters of a region's name
# Between two places of a list: "Jakarta|, |Banyuwangi|, dan |Sumedang".
BETWEEN_PLACES = re.compile(r",\s+|,?\s+(?:dan|serta|hingga|maupun|atau)\s+")


class PlaceResolver:
    """Adds GPE entities for regions that the ner missed, and sets `doc._.places`: each place of the text, once."""

    def __init__(self) -> None:
        self.regions = regions()
        self.countries = countries()
        self.cities = foreign_cities()
        names = {
            spelling
            for kind in ("provinsi", "kabupaten", "kota")
            for key in self.regions.by_name[kind]
            if len(key) > 3 or key in ("ntb", "ntt", "diy")
            for spelling in (self.regions.spellings(key) if kind != "provinsi" else {key})
        }
        self.first_words: dict[str, list[tuple[str, ...]]] = {}
        for key in names - self.countries.keys():
            words = (key,) if TWICE.fullmatch(key) else tuple(HYPHEN.sub(" - ", key).split())
            self.first_words.setdefault(words[0], []).append(words)
        for candidates in self.first_words.values():
            candidates.sort(key=len, reverse=True)
        self.first_keys = np.sort(np.array([get_string_id(word) for word in self.first_words], dtype=np.uint64))

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the document's places."""
        self._mark(doc)
        entities = [place for entity in self._relabel(doc, entities_of(doc)) for place in self._named_by(entity)]
        context = _Context(text_of(doc))
        found: dict[str, Place] = {}
        later: list[Span] = []
        for entity in entities:
            place = self._resolve(entity, context)
            if place is None:
                later.append(entity)
            else:
                _add(found, place)
        for entity in later:  # which kecamatan of a name it is, the other places of the document tell
            place = self._kecamatan(entity, found)
            if place is not None:
                _add(found, place)
        doc._.places = list(found.values())
        return doc

    def _named_by(self, entity: Span) -> Iterator[Span]:
        """The place that an entity names: a GPE itself; of a LOC the region behind its name ("Lippo Mall Puri |Jakarta Barat").

        Where only the word for the thing stands before it, the region is the thing's own name: "Stasiun Manggarai".
        """
        doc, end = entity.doc, entity.end
        if entity.label_ == "GPE":
            yield entity
        elif entity.label_ == "LOC" and doc[end - 1].text[:1].isupper():
            tails = (Span(doc, i, end, label="GPE") for i in range(max(entity.start + 2, end - LONGEST_TAIL), end))
            named = next((tail for tail in tails if self._is_known(tail.text)), None)
            before = doc[named.start - 1] if named is not None else None
            if named is not None and before is not None and not _is_plain(before):
                yield named

    def _resolve(self, entity: Span, context: _Context) -> Place | None:
        """The province, kabupaten, kota, country or city abroad of an entity; None if it is none of these."""
        text = " ".join(entity.text.split())
        name = CLOSING_BRACKETS.sub("", text)
        match = TYPE_WORD.match(name)
        kind = KINDS_BY_TYPE_WORD.get(match["type"].lower()[:3], "") if match else None
        bare = name[match.end() :] if match else name
        if kind == "kecamatan" or (match and not kind and match["type"].lower()[:3] in VILLAGE_WORDS):
            return None
        if not match and (inner := self._inside(entity, name)) is not None:
            return _place(text, inner)
        row = self._region(kind, bare, name, context)
        if row is None and not kind and is_led_to(entity):
            row = next(iter(self.regions.not_joined("kabupaten", name)), None)
        if row is not None:
            return _place(text, row)
        if kind:
            return None
        code = self.countries.get(place_key(name)) or self.countries.get(place_key(bare))
        if code:
            return Place(text, country_name(code), "negara", None, code)
        return self._abroad(entity, text, name)

    def _region(self, kind: str | None, bare: str, name: str, context: _Context) -> Region | None:
        """The province, kabupaten or kota of a name. `kind`: what its type word says; `bare`: the name without that."""
        if kind:
            rows = self.regions.find(kind, bare) or self.regions.find(kind, name)
            if not rows and kind == "kota":  # people say "Kota Jakarta" of what is a province, or a kabupaten
                rows = self.regions.find("provinsi", bare) or self.regions.find("kabupaten", bare)
            return rows[0] if rows else None
        if name.isupper() and len(name) <= 3 and place_key(name) in self.countries:
            return None
        rows = self.regions.find("provinsi", name)
        if rows:
            return rows[0]
        cities, regencies = self.regions.find("kota", name), self.regions.find("kabupaten", name)
        if cities and regencies:
            return (regencies if context.is_regency(name) else cities)[0]
        rows = cities or regencies
        return rows[0] if rows and place_key(name) not in self.countries else None

    def _inside(self, entity: Span, name: str) -> Region | None:
        """The kecamatan of this name in the kabupaten or kota that stands right behind it: "Depok, Sleman"."""
        rows = self.regions.find("kecamatan", name)
        following = FOLLOWING_REGION.match(text_of(entity.doc), entity.end_char) if rows else None
        if following is None or place_key(following["name"]) == place_key(name):
            return None
        kinds = (
            ("kota",) if following["type"] and following["type"].lower().startswith("kot") else ("kabupaten", "kota")
        )
        parents = [row.code for kind in kinds for row in self.regions.find(kind, following["name"])]
        inside = [row for row in rows if row.code[:5] in parents]
        return inside[0] if len(inside) == 1 else None

    def _abroad(self, entity: Span, text: str, name: str) -> Place | None:
        """A city abroad: one that the gazetteer knows, or one with its country behind it ("Osaka, Jepang")."""
        known = self.cities.get(place_key(name))
        if known:
            return Place(text, known[0], "kota-asing", None, known[1])
        following = FOLLOWING_PLACE.match(text_of(entity.doc), entity.end_char)
        code = self.countries.get(place_key(following.group(1))) if following else None
        if code and code != "ID":
            return Place(text, name, "kota-asing", None, code)
        return None

    def _kecamatan(self, entity: Span, found: dict[str, Place]) -> Place | None:
        """The kecamatan of an entity; None if nothing tells which one of that name it is.

        Its kabupaten or kota among the places `found` tells; so does its province, if the text calls it a kecamatan or
        the province is Jakarta; so does the word "kecamatan", if there is only one of the name.
        """
        text = " ".join(entity.text.split())
        match = TYPE_WORD.match(text)
        named = bool(match and KINDS_BY_TYPE_WORD.get(match["type"].lower()[:3]) == "kecamatan")
        if match and not named:
            return None
        rows = self.regions.find("kecamatan", text[match.end() :] if match else text)
        parents = [row for row in rows if row.code[:5] in found]
        if not parents:
            parents = [row for row in rows if row.code[:2] in found and (named or row.code.startswith("31"))]
        if not parents and named and len(rows) == 1:
            parents = rows
        return _place(text, parents[0]) if len(parents) == 1 or (parents and named) else None

    def _relabel(self, doc: Doc, entities: Sequence[Span]) -> Sequence[Span]:
        """The entities, with label GPE for a LOC that is a city abroad ("Osaka, Jepang") and for a region in a list."""
        wrong = []
        for before, entity in pairwise(entities):
            listed = before.label_ == "GPE" and BETWEEN_PLACES.fullmatch(
                text_of(doc), before.end_char, entity.start_char
            )
            if listed and entity.label_ in ("PER", "ORG", "LOC") and self._is_region(entity.text):
                wrong.append(entity)  # "Jakarta, Banyuwangi, dan Sumedang"
        for entity in entities:
            comma = entity.end < len(doc) and doc[entity.end].text == ","
            if comma and entity.label_ in ("LOC", "ORG", "PER") and self._inside(entity, entity.text) is not None:
                wrong.append(entity)  # "Kebayoran Baru, Jakarta Selatan"
        for entity in entities:
            if entity.label_ == "LOC" and place_key(entity.text) in self.cities:
                following = FOLLOWING_PLACE.match(text_of(doc), entity.end_char)
                if following and place_key(following.group(1)) in self.countries:
                    wrong.append(entity)
        if not wrong:
            return entities
        return set_entities(doc, [Span(doc, e.start, e.end, label="GPE") if e in wrong else e for e in entities])

    def _is_region(self, name: str) -> bool:
        return any(self.regions.find(kind, name) for kind in ("kota", "kabupaten", "provinsi"))

    def _mark(self, doc: Doc) -> None:
        """Put the document's GPE entities right, and add those that the ner missed."""
        before = list(entities_of(doc))
        marked = lengthened(doc, with_dateline(doc, before), self._is_known)
        marked = parted(doc, marked, self._is_known)
        if list(marked) != before:
            set_entities(doc, marked)
        self._add_missed(doc)
        before = list(entities_of(doc))
        marked = without_chance_names(doc, before)
        if list(marked) != before:
            set_entities(doc, marked)

    def _is_known(self, name: str) -> bool:
        """Whether a name is a country's, a region's with or without its type word, or a kecamatan's with it."""
        match = TYPE_WORD.match(name)
        kind = KINDS_BY_TYPE_WORD.get(match["type"].lower()[:3], "") if match else None
        if match and kind:
            return bool(self.regions.find(kind, name[match.end() :])) or self._is_region(name)
        return match is None and (self._is_region(name) or place_key(name) in self.countries)

    def _add_missed(self, doc: Doc) -> None:
        """Mark the names of regions that stand free in the text, capitalised, and that the ner did not see."""
        missed = [span for span in map(_with_type_word, self._names(doc)) if _stands_free(span)]
        typed = [span for span in self._typed(doc) if not any(token.ent_type for token in span)]
        if missed or typed:
            set_entities(doc, filter_spans([*entities_of(doc), *typed, *missed]))

    def _typed(self, doc: Doc) -> Iterator[Span]:
        """The kecamatan that the text names with their type word."""
        text = text_of(doc)
        if not any(word in text for word in ("Kecamatan ", "Kec. ", "Distrik ")):
            return
        for match in TYPED_NAME.finditer(text):
            span = doc.char_span(*match.span(), label="GPE")
            while span is not None and len(span) > 1:
                if self._is_known(span.text):
                    yield span
                    break
                span = Span(doc, span.start, span.end - 1, label="GPE")

    def _names(self, doc: Doc) -> Iterator[Span]:
        """The capitalised names of regions outside entities, the longest where several begin at a word."""
        taken = -1
        lower, entity = doc.to_array([LOWER, ENT_TYPE]).reshape(-1, 2).T
        known = self.first_keys.take(self.first_keys.searchsorted(lower), mode="clip") == lower
        for i in np.flatnonzero(known & (entity == 0)).tolist():
            token = doc[i]
            if i <= taken or not token.text[:1].isupper():
                continue
            for words in self.first_words[token.lower_]:
                span = doc[i : i + len(words)]
                if len(span) == len(words) and all(
                    t.lower_ == word and not t.ent_type and (t.text[:1].isupper() or word == "-")
                    for t, word in zip(span, words, strict=True)
                ):
                    taken = span.end - 1
                    yield Span(doc, span.start, span.end, label="GPE")
                    break


class _Context:
    """What the document tells of a name that a kota and a kabupaten share ("Bogor")."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.known: dict[str, bool] = {}
        self.behind: dict[str, list[str]] = {}

    def is_regency(self, name: str) -> bool:
        """Whether the text speaks of the kabupaten rather than the kota of this name."""
        key = name.casefold()
        if key not in self.known:
            regency, city = (sum(1 for found in self._behind(kind) if _begins(found, key)) for kind in ("kab", "kota"))
            self.known[key] = regency > city
        return self.known[key]

    def _behind(self, kind: str) -> list[str]:
        """What stands behind the words for a kind of region, in small letters."""
        if kind not in self.behind:
            ends = (match.end() for match in REGION_WORDS[kind].finditer(self.text))
            self.behind[kind] = [self.text[end : end + LONGEST_REGION].casefold() for end in ends]
        return self.behind[kind]


def _begins(text: str, name: str) -> bool:
    """Whether a text begins with a name and not with a longer word."""
    return text.startswith(name) and not re.match(r"\w", text[len(name) :])


def _with_type_word(span: Span) -> Span:
    """The name with the word for its kind before it, where that stands outside entities: "Kabupaten Tanahlaut"."""
    before = span.doc[span.start - 1] if span.start else None
    if before is None or before.ent_type or before.text not in ("Kabupaten", "Kota", "Provinsi"):
        return span
    return Span(span.doc, span.start - 1, span.end, label="GPE")


def _stands_free(span: Span) -> bool:
    """Whether a name has no capitalised neighbour, which would make it a part of a longer one ("Bank Jakarta")."""
    before = span.doc[span.start - 1] if span.start else None
    after = span.doc[span.end] if span.end < len(span.doc) else None
    if after is not None and (after.text[:1].isupper() or after.ent_type or after.text in ("-", "/")):
        # "di Dompu Gelap Mata": a headline goes on.
        return before is not None and before.text in PREPOSITIONS and after.lower_ in common_words()
    if before is None or before.is_space:
        return True
    sentence_start = before.text in (".", "!", "?", "“", '"', ":")
    return before.text in (",", "(") or before.text.islower() or sentence_start


def _is_plain(token: Token) -> bool:
    """Whether a word before a region's name is no name of its own: "Stasiun", "LNG", "pasar", "Danau"."""
    small = not token.text[:1].isupper() or token.text.isupper() or token.text in WATERS
    return small or token.lower_ in post_words() or token.lower_ in common_words()


def _place(text: str, row: Region) -> Place:
    return Place(text, row.display, row.kind, row.code, "ID")


def _add(found: dict[str, Place], place: Place) -> None:
    """Keep a place under its code, or under kind and name where it has none; its first mention stays."""
    found.setdefault(place.code or f"{place.kind}:{place_key(place.name)}", place)
