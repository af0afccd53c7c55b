"""Boundaries between a post and its holder's name put right by rule, after the ner, and names it missed in lists.

Only rules that still help beside the taught tagger stand here; nlp/training/README.md has what each was worth.
"""

from __future__ import annotations

import re
from collections import Counter

from spacy.language import Language
from spacy.tokens import Doc, Span, Token
from spacy.util import filter_spans

from nlp.components.names import ENDING_RANK, LEADING, RANK_WORDS
from nlp.components.officials.scene import post_words
from nlp.document import text_of
from nlp.gazetteers import regions

# Words that begin a post, after a name that the ner did not see in a list of people with their posts.
POST_HEAD = (
    r"(?:Plt\.?|Pj\.?|Pjs\.?|Plh\.?)?\s*(?:Wakil|Menteri|Dirjen|Direktur|Sekjen|Sekretaris|Irjen|Inspektur|Deputi|Kepala|Kabag|Kabid"
    r"|Kasub\w+|Kasi|Karo|Kabiro|Kapus\w+|Kadis\w*|Kakanwil|Staf|Asisten|Rektor|Dekan|Komisaris|Ketua|Director|Deputy|Vice|Assistant"
    r"|Chief|CEO|Chairman|General Manager|Managing Director|Ambassador|Secretary General|President Director)"
)
# What stands before the name is looked at after its first letter: re skips to capitals by itself.
_NAME = (
    r"[A-Z](?:(?<=[,;]\s.)|(?<=\bdan\s.)|(?<=\bserta\s.))[\w'’]+(?:-[A-Za-z]\w+)?"
    r"(?:\s+(?:bin|binti|al-)?\s*[A-Z][\w'’.]*(?:-[A-Za-z]\w+)?){1,3}"
)
NAME_THEN_POST = re.compile(rf"(?P<name>{_NAME}?)(?:,\s+|\s+)(?={POST_HEAD}\b)")
# The holder of such a post heads a region, whose name belongs to the post.
HEADS_REGION = re.compile(r"(?:\w+\.?\s+)?(?:Bupati|Wali ?[Kk]ota|Gubernur)\Z")
# What follows one of these at the end of a post is the body's name, and a word of a post is no part of a person's name.
OPENS_BODY = re.compile(r"(?:\bPT\.?|\bCV\.?|\bPerum|\bPerumda|\bYayasan|\bUniversitas|\bRSUD|\bBank)\Z")
IN_POST = frozenset("Director Officer Manager President Executive Chief Direktur Kepala Ketua Sekretaris".split())
RETIRED = re.compile(r"\s*(?:\(\s*[Pp]urn\.?\s*\)\s*)?")
LISTED = re.compile(r",?\s+Tbk\b\.?")
MINISTRY = re.compile(r"Kem(?:en)?[A-Za-z]{3,}\Z")
BALINESE = frozenset(("I", "Ni", "Ida"))  # begin Balinese names
MIN_BODY = 300  # characters of text from which a headline's people are expected to come again
MIN_NAME, MAX_NAME = 2, 4  # words of a name that follows a post


@Language.factory("pantau_repair")
def make_repair(nlp: Language, name: str) -> EntityRepair:
    """Build the component."""
    return EntityRepair(name)


class EntityRepair:
    """Corrects the PER and TITLE entities of a document where a rule is surer than the statistics."""

    def __init__(self, name: str = "pantau_repair") -> None:
        self.name = name
        self.regions = regions()

    def __call__(self, doc: Doc) -> Doc:
        """Repair the document's entities."""
        entities = list(doc.ents)  # read anew only after a change: spaCy makes them at every use
        for step in (
            self._headline_names,
            self._names_of_regions,
            self._ranks,
            self._bodies_in_posts,
            self._move_boundaries,
            self._holders,
            self._begin_names,
            self._names_in_lists,
        ):
            repaired = step(doc, entities)
            if repaired is not None:
                doc.set_ents(filter_spans(repaired))
                entities = list(doc.ents)
        return doc

    # Each step takes the entities in the order of the text and returns what they should be; None changes nothing. Of
    # those that overlap the first of the longest stays.

    @staticmethod
    def _headline_names(doc: Doc, before: list[Span]) -> list[Span] | None:
        """Names of two words or more in a headline of which the text then names no word: "Bos BI Kasih Warning".

        Of 206 people in the headlines of the gold documents all who have two words come again in the text.
        """
        title = len(doc._.title)
        if len(text_of(doc)) < title + MIN_BODY:
            return None
        names = [e for e in before if e.label_ == "PER" and e.end_char <= title and len(e) > 1]
        if not names:
            return None
        body = {token.text for token in doc if token.idx > title}
        strange = [name for name in names if not body & {token.text for token in name}]
        return [entity for entity in before if entity not in strange] if strange else None

    def _names_of_regions(self, doc: Doc, before: list[Span]) -> list[Span] | None:
        """Two regencies' names with nothing between them are a person's: "Bandung Bondowoso"."""
        entities = [*before]
        for i in range(len(entities) - 1, 0, -1):
            first, second = entities[i - 1 : i + 1]
            adjacent = first.end == second.start and first.label_ == second.label_ == "GPE"
            if adjacent and len(first) == len(second) == 1 and all(map(self._is_regency, (first, second))):
                entities[i - 1 : i + 1] = [Span(doc, first.start, second.end, label="PER")]
        return entities if len(entities) < len(before) else None

    @staticmethod
    def _ranks(doc: Doc, before: list[Span]) -> list[Span] | None:
        """A rank between a post and a name belongs to the name: "Menko Polhukam Jenderal TNI" (Purn) + "Wiranto"."""
        entities = [*before]
        for i, entity in enumerate(entities[:-1]):
            person = entities[i + 1]
            if entity.label_ not in ("TITLE", "ORG") or person.label_ != "PER" or person.start - entity.end > 3:
                continue
            between = text_of(doc)[entity.end_char : person.start_char]
            rank = ENDING_RANK.search(entity.text) if RANK_WORDS.intersection(entity.text.split()) else None
            if rank is None or RETIRED.fullmatch(between) is None:
                continue
            post = doc.char_span(entity.start_char, entity.start_char + rank.start(), label="TITLE")
            if post is not None:
                entities[i] = post
        return entities if entities != before else None

    @staticmethod
    def _bodies_in_posts(doc: Doc, before: list[Span]) -> list[Span] | None:
        """A body's name that looks like a person's after a post: "Direktur Utama PT" + "Samudra Teguh" + ", Tbk"."""
        entities = [*before]
        for i in range(len(entities) - 1, 0, -1):
            post, name = entities[i - 1 : i + 1]
            if (post.label_, name.label_) != ("TITLE", "PER") or post.end != name.start:
                continue
            if OPENS_BODY.search(post.text) or IN_POST.intersection(name.text.split()):
                listed = LISTED.match(text_of(doc), name.end_char)
                whole = doc.char_span(post.start_char, listed.end() if listed else name.end_char, label="TITLE")
                entities[i - 1 : i + 1] = [whole or Span(doc, post.start, name.end, label="TITLE")]
        return entities if len(entities) < len(before) else None

    def _move_boundaries(self, doc: Doc, before: list[Span]) -> list[Span] | None:
        """Between a post and the name right after it: a region's name belongs to the post that heads the region, and a
        word that the text elsewhere uses for a person to the name ("Direktur Laut Rosma" + "Dewi", later "Rosma").
        """
        entities = [*before]
        known = Counter(token.text for entity in entities if entity.label_ == "PER" for token in entity)
        for i in range(len(entities) - 1):
            title, person = entities[i], entities[i + 1]
            if title.label_ != "TITLE" or person.label_ != "PER" or title.end != person.start:
                continue
            border = title.end
            if HEADS_REGION.match(title.text):
                border = next(
                    (
                        end
                        for end in (person.start + 2, person.start + 1)
                        if end < person.end and self._is_region(doc[border:end])
                    ),
                    border,
                )
            elif len(title) > 2 and known[doc[border - 1].text] and self._namelike(doc[border - 1]):
                border -= 1
            if border != title.end:
                entities[i] = Span(doc, title.start, border, label="TITLE")
                entities[i + 1] = Span(doc, border, person.end, label="PER")
        return entities if entities != before else None

    def _is_regency(self, words: Span) -> bool:
        return bool(self.regions.find("kabupaten", words.text)) and not self.regions.find("provinsi", words.text)

    def _is_region(self, words: Span) -> bool:
        return any(self.regions.find(kind, words.text) for kind in ("kabupaten", "kota", "provinsi"))

    def _holders(self, doc: Doc, before: list[Span]) -> list[Span] | None:
        """Names that a post swallowed ("Deputi Distribusi BKPN Budi Santoso"), began ("Wali Kota Ambon Budi" + "Santoso"),
        or that stand unseen after it.
        """
        entities = [*before]
        for i, entity in enumerate(entities):
            if entity.label_ != "TITLE" or entity.start_char < len(doc._.title):
                continue  # in a headline every word may be capitalised
            floor = entity.start + 1
            cut = next((j for j in range(entity.end, floor, -1) if not self._namelike(doc[j - 1])), floor)
            if OPENS_BODY.search(doc[entity.start : cut].text):
                continue  # "Direktur Utama PT Samudra Teguh": no name, a company
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
        return sorted(entities, key=lambda e: (e.label_ != "PER", -len(e))) if entities != before else None

    def _namelike(self, token: Token) -> bool:
        """A capitalised word that no post, institution or region is made of."""
        text = token.text
        if not text[:1].isupper() or text.isupper() or not text.isalpha() or token.lower_ in post_words():
            return False
        return LEADING.match(f"{text} ") is None and not MINISTRY.match(text)

    @staticmethod
    def _begin_names(doc: Doc, before: list[Span]) -> list[Span] | None:
        """Balinese names begin with a word that looks like a numeral: "I Nyoman"."""
        cut = [e for e in before if e.label_ == "PER" and e.start and doc[e.start - 1].text in BALINESE]
        longer = [Span(doc, entity.start - 1, entity.end, label="PER") for entity in cut]
        return [*longer, *before] if longer else None

    @staticmethod
    def _names_in_lists(doc: Doc, before: list[Span]) -> list[Span] | None:
        """An unseen name in a list of people with their posts ("A, Direktur B, dan C, Kabag D")."""
        missed = []
        for match in NAME_THEN_POST.finditer(text_of(doc)):
            person = doc.char_span(match.start("name"), match.end("name"), label="PER")
            post = doc.char_span(match.end(), match.end() + 1, alignment_mode="expand")
            if person is None or post is None or any(token.ent_type for token in person):
                continue
            if post[0].ent_iob_ == "B" and post[0].ent_type_ == "TITLE":
                labels = [entity.label_ for entity in person.sent.ents if entity.end <= person.start]
                if labels[-2:] == ["PER", "TITLE"] or labels[-3:-1] == ["PER", "TITLE"]:
                    missed.append(person)
        return [*before, *missed] if missed else None
