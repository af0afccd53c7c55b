"""Entity boundaries put right by rule, after the ner: posts inside names, cut-off events, names it saw only once."""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc, Span, Token
from spacy.util import filter_spans

from nlp.components.names import LEADING
from nlp.components.officials_scene import post_words
from nlp.gazetteers import countries, place_key

# Words that begin a post. Only as the first word of a post are they sure signs of one.
POST_HEAD = (
    r"(?:Plt\.?|Pj\.?|Pjs\.?|Plh\.?)?\s*(?:Wakil Menteri|Wakil Ketua|Wakil Kepala|Wakil Direktur|Menteri|Dirjen|Direktur(?: Jenderal| Utama)?"
    r"|Sekjen|Sekretaris(?: Jenderal| Daerah| Utama)?|Sesmen\w*|Irjen|Inspektur(?: Jenderal)?|Deputi|Kepala|Kabag|Kabid|Kasubdit|Kasubbag"
    r"|Kasubag|Kasi|Karo|Kabiro|Kapus\w+|Kadis\w*|Kakanwil|Staf Khusus|Staf Ahli|Asisten Deputi|Rektor|Dekan|Komisaris|Ketua Umum|Ketua"
    r"|Director(?: General)?|Deputy (?:Director|Minister|Head|Secretary)(?: General)?|Vice (?:Minister|President|Chairman)|Assistant \w+"
    r"|Chief \w+ Officer|CEO|Chairman|General Manager|Managing Director|Ambassador|Secretary General|President Director)"
)
_NAME = r"[A-Z][\w'’]+(?:-[A-Za-z]\w+)?(?:\s+(?:bin|binti|al-)?\s*[A-Z][\w'’.]*(?:-[A-Za-z]\w+)?){1,3}"
_POST_WORD = r"(?:[A-Z][\w/&'’-]*|dan|serta|bidang|of|for|and|the)"
# "Budi Santoso Kasubdit Perencanaan", "Budi Santoso, Kabag Humas": a name and the post of its bearer.
NAME_THEN_POST = re.compile(
    rf"(?:(?<=[,;(]\s)|(?<=\boleh\s)|(?<=\bdan\s)|(?<=\bserta\s)|(?<=\bdidampingi\s)|(?<=\bbersama\s)|(?<=\.\s)|(?<=\n))"
    rf"(?P<name>{_NAME}?)(?:,\s+|\s+)(?P<post>{POST_HEAD}\b(?:\s+{_POST_WORD})*)"
)
POST_START = re.compile(rf"{POST_HEAD}\b")
LISTED_BODY = re.compile(
    r"\b(?:Kementerian|Ministry|Deputi Bidang|Direktorat(?: Jenderal)?|Dinas|Komisi|Biro)\b(?:\s+\w+){1,3}\Z"
)
MATTERS = re.compile(r"(?:,\s+[A-Z]\w+(?:\s+[A-Z]\w+){0,2}){1,4},?\s+dan\s+[A-Z]\w+(?:\s+[A-Z]\w+)?(?=[\s,.;)])")
BODY = re.compile(
    r"(?<=, )(?:(?:Sekretariat|Inspektorat|Direktorat) Jenderal|Ditjen|Setjen|Itjen|Kementerian|Dinas|Badan)(?: [A-Z][\w-]+){0,4}(?=[,.;)])"
)
JOINT_BODIES = re.compile(
    r"\s+(?:dan|serta|(?P<dash>[–-]))\s+(?=(?:Pemerintah|Pemprov|Pemkab|Pemkot|Kementerian|Badan|Dinas|Bank|PT|Universitas|Komisi|Persatuan) [A-Z])"
)
EXPLAINED = re.compile(r"\b(?P<short>[A-Z]{3,8})\s+\((?P<full>[A-Z][^()]{8,120})\)")
MINISTRY = re.compile(r"Kem(?:en)?[A-Za-z]{3,}\Z")
BALINESE = frozenset(("I", "Ni", "Ida"))  # begin Balinese names
MIN_NAME, MAX_NAME = 2, 4  # words of a name that follows a post
YEAR = re.compile(r"(?:19|20)\d{2}")
CONNECTIVES = re.compile(r"(?:\s+(?:dan|serta|of|for|and|the|bidang))+\Z")
NOT_NAMES = re.compile(
    r"(?:Menteri|Wakil|Ketua|Kepala|Direktur|Presiden|Gubernur|Bupati|Wali|Badan|Kementerian|Dinas|Bank|PT|Partai|Universitas|Komisi"
    r"|Dewan|Sementara|Adapun|Menurut|Selain|Dalam|Sejumlah|Para|Mantan|Pelaksana|Penjabat|Plt|Pj|Hadir|Turut|Staf|Asisten|Deputi"
    r"|Sekretaris|Majelis|Lembaga|Tim|Satuan|Kantor|Biro|Executive|Senior|Vice|Deputy|Chief|Group)\b"
)


@Language.factory("pantau_repair", default_config={"propagate": True})
def make_repair(nlp: Language, name: str, propagate: bool) -> EntityRepair:
    """Build the component.

    propagate (bool): mark every occurrence of a full name of which the ner found one.
    """
    return EntityRepair(name, propagate=propagate)


class EntityRepair:
    """Corrects `doc.ents` where a rule is surer than the statistics."""

    def __init__(self, name: str = "pantau_repair", *, propagate: bool = True) -> None:
        self.name = name
        self.propagate = propagate
        self.countries = countries()

    def __call__(self, doc: Doc) -> Doc:
        """Repair the document's entities."""
        self._lengthen_bodies(doc)
        self._part_bodies(doc)
        self._holders(doc)
        sure = self._names_with_posts(doc) + self._posts_taken_for_bodies(doc)
        sure += self._names_behind_countries(doc) + self._explained_acronyms(doc)
        sure += self._unseen_bodies(doc)
        if sure:
            covered = {i for span in sure for i in range(span.start, span.end)}
            kept = [e for e in doc.ents if not covered.intersection(range(e.start, e.end))]
            doc.set_ents(filter_spans([*sure, *kept]))
        self._lengthen_events(doc)
        if self.propagate:
            self._propagate(doc)
        return doc

    def _names_with_posts(self, doc: Doc) -> list[Span]:
        found: list[Span] = []
        for match in NAME_THEN_POST.finditer(doc.text):
            if NOT_NAMES.match(match["name"]):
                continue
            post = CONNECTIVES.sub("", match["post"])
            start = match.start("post")
            person = doc.char_span(match.start("name"), match.end("name"), label="PER")
            title = doc.char_span(start, start + len(post), label="TITLE")
            if person is None or title is None or not self._doubtful(doc, person, title):
                continue
            found += [person, self._until_body(doc, title)]
        return found

    def _doubtful(self, doc: Doc, person: Span, title: Span) -> bool:
        """Whether the ner did not see a person and then a post here."""
        seen = {(entity.start, entity.end, entity.label_) for entity in doc.ents}
        right = (person.start, person.end, "PER") in seen and any(
            s == title.start and lab == "TITLE" for s, _, lab in seen
        )
        crossing = [
            e
            for e in doc.ents
            if e.start < title.start < e.end or (e.label_ == "GPE" and e.start <= person.start < e.end)
        ]
        return not right and (bool(crossing) or person[0].ent_type_ == "PER")

    def _lengthen_bodies(self, doc: Doc) -> None:
        """A ministry's or directorate's name runs on over the list of its matters ("Kementerian A, B, C dan D")."""
        entities = list(doc.ents)
        for i, entity in enumerate(entities):
            if entity.label_ in ("ORG", "TITLE") and LISTED_BODY.search(entity.text):
                rest = MATTERS.match(doc.text, entity.end_char)
                end = doc.char_span(entity.start_char, rest.end()) if rest else None
                if end is not None:
                    entities[i] = Span(doc, entity.start, end.end, label=entity.label_)
        if entities != list(doc.ents):
            doc.set_ents(filter_spans(entities))

    def _part_bodies(self, doc: Doc) -> None:
        """Two bodies joined by "dan" or after a dateline's dash are two ("Kementerian A dan Pemerintah Kota B")."""
        entities: list[Span] = []
        for entity in doc.ents:
            joint = JOINT_BODIES.search(entity.text) if entity.label_ == "ORG" else None
            first = doc.char_span(entity.start_char, entity.start_char + joint.start(), label="ORG") if joint else None
            second = doc.char_span(entity.start_char + joint.end(), entity.end_char, label="ORG") if joint else None
            if joint is None or first is None or second is None:
                entities.append(entity)
            elif joint["dash"]:
                entities += [Span(doc, first.start, first.end, label="GPE"), second]
            else:
                entities += [first, second]
        if len(entities) != len(doc.ents):
            doc.set_ents(filter_spans(entities))

    def _holders(self, doc: Doc) -> None:
        """Names that a post swallowed ("Deputi Distribusi BKPN Budi Santoso"), began ("Wali Kota Ambon Budi" + "Santoso"),
        or that stand unseen after it.
        """
        entities = list(doc.ents)
        for i, entity in enumerate(entities):
            if entity.label_ != "TITLE" or entity.start_char < len(doc._.title):
                continue  # in a headline every word may be capitalised
            floor = entity.start + 1
            cut = next((j for j in range(entity.end, floor, -1) if not self._namelike(doc[j - 1])), floor)
            end = entity.end
            following = entities[i + 1] if i + 1 < len(entities) and entities[i + 1].start == end else None
            if following is not None and (following.label_ != "PER" or len(following) > 1):
                continue  # a name of two words is whole; what stands before it is the institution's
            if following is not None:
                end = following.end
            elif cut == entity.end:
                while end < len(doc) and not doc[end].ent_type and self._namelike(doc[end]):
                    end += 1
            follows = doc[end] if end < len(doc) else None
            whole = follows is None or not (follows.text[:1].isupper() or follows.ent_type_ == "PER")
            if MIN_NAME <= end - cut <= MAX_NAME and (whole or end != entity.end):
                entities[i] = Span(doc, entity.start, cut, label="TITLE")
                person = Span(doc, cut, end, label="PER")
                if following is not None:
                    entities[i + 1] = person
                else:
                    entities.insert(i + 1, person)
        for i, entity in enumerate(entities):
            before = doc[entity.start - 1] if entity.start else None
            if entity.label_ == "PER" and before is not None and before.text in BALINESE:
                entities[i] = Span(doc, before.i, entity.end, label="PER")
        if entities != list(doc.ents):
            doc.set_ents(filter_spans(sorted(entities, key=lambda e: (e.label_ != "PER", -len(e)))))

    def _namelike(self, token: Token) -> bool:
        """A capitalised word that no post, institution or region is made of."""
        text = token.text
        if not text[:1].isupper() or text.isupper() or not text.isalpha() or token.lower_ in post_words():
            return False
        return LEADING.match(f"{text} ") is None and not MINISTRY.match(text)

    def _names_behind_countries(self, doc: Doc) -> list[Span]:
        """ "... Pariwisata Jepang Sato Kenji": a country taken together with the name after it."""
        found = []
        for entity in doc.ents:
            before = doc[entity.start - 1] if entity.start else None
            if entity.label_ != "GPE" or len(entity) < 3 or before is None or not before.text[:1].isupper():
                continue
            if place_key(entity[0].text) in self.countries and place_key(entity.text) not in self.countries:
                found.append(Span(doc, entity.start, entity.start + 1, label="GPE"))
                found.append(Span(doc, entity.start + 1, entity.end, label="PER"))
        return found

    def _explained_acronyms(self, doc: Doc) -> list[Span]:
        """ "ABCD (Agency of Better City Development)": an acronym whose letters the bracket spells out is a body."""
        found = []
        for match in EXPLAINED.finditer(doc.text):
            initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", match["full"]) if word[0].isupper())
            if initials.upper().startswith(match["short"][0]) and len(set(match["short"]) & set(initials)) >= 3:
                # Later it may stand with its country or region: "ABCD Korea".
                for again in re.finditer(rf"(?<![\w-]){match['short']}(?:\s[A-Z]\w+){{0,2}}(?![\w-])", doc.text):
                    span = doc.char_span(*again.span(), label="ORG")
                    if span is not None and all(token.ent_type_ in ("", "GPE") for token in span):
                        found.append(span)
        return found

    def _unseen_bodies(self, doc: Doc) -> list[Span]:
        """A body after a comma that begins as only bodies do ("..., Sekretariat Jenderal, ...") and has no label."""
        spans = (doc.char_span(*match.span(), label="ORG") for match in BODY.finditer(doc.text))
        return [span for span in spans if span is not None and not any(token.ent_type for token in span)]

    def _until_body(self, doc: Doc, title: Span) -> Span:
        """The post up to the institution that the ner saw within it, if it saw one there."""
        for entity in doc.ents:
            if entity.label_ == "ORG" and title.start < entity.start < title.end:
                return Span(doc, title.start, entity.start, label="TITLE")
        return title

    def _posts_taken_for_bodies(self, doc: Doc) -> list[Span]:
        """ "Kabag Humas" after a name and a comma is a post, whatever the ner called it."""
        found = []
        for entity in doc.ents:
            before = doc[entity.start - 1] if entity.start else None
            if entity.label_ == "ORG" and before is not None and before.text == "," and POST_START.match(entity.text):
                previous = doc[entity.start - 2] if entity.start > 1 else None
                if previous is not None and previous.ent_type_ == "PER":
                    found.append(Span(doc, entity.start, entity.end, label="TITLE"))
        return found

    def _lengthen_events(self, doc: Doc) -> None:
        """An event's name runs on over the capitalised words and the year that follow it ("... Week 2017")."""
        changed = False
        entities = []
        for entity in doc.ents:
            end = entity.end
            if entity.label_ == "EVT":
                while (
                    end < len(doc)
                    and not doc[end].ent_type
                    and (doc[end].text.istitle() or YEAR.fullmatch(doc[end].text))
                ):
                    end += 1
            changed = changed or end != entity.end
            entities.append(Span(doc, entity.start, end, label=entity.label_))
        if changed:
            doc.set_ents(filter_spans(entities))

    def _propagate(self, doc: Doc) -> None:
        names = {entity.text for entity in doc.ents if entity.label_ == "PER" and len(entity) > 1}
        missed = []
        for name in names:
            for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", doc.text):
                span = doc.char_span(*match.span(), label="PER")
                if span is not None and all(token.ent_type_ in ("", "PER") for token in span):
                    missed.append(span)
        if len(missed) > len(names):
            doc.set_ents(filter_spans([*missed, *doc.ents]))  # the longer of two that overlap stays
