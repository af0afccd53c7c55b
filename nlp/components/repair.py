"""The component `pantau_repair`: what the ner confuses between a post and its holder's name, put right by rules.

Only rules that help the tagger stand here; nlp/training/README.md tells what each was worth, and which were taken out.
"""

from __future__ import annotations

import re
from collections import Counter

from spacy.tokens import Doc, Span, Token
from spacy.util import filter_spans

from nlp.components.name_agreement import agreed, unseen_names
from nlp.components.name_context import (
    longer_than_named,
    names_beside_posts,
    names_in_posts,
    surnames,
    units_behind_posts,
    without_page_words,
)
from nlp.components.name_edges import (
    bodies_out_of_names,
    english_posts,
    grown,
    names_out_of_posts,
    posts_out_of_names,
    without_common_words,
    without_ranks,
    words_in,
)
from nlp.components.names import ENDING_RANK, LEADING, RANK_WORDS
from nlp.components.people import post_words
from nlp.components.posts import HEAD, NAME_LIKE
from nlp.components.whole import (
    explained_acronyms,
    governments,
    posts_behind_names,
    units_before_bodies,
    whole_at_hyphens,
)
from nlp.document import entities_in, entities_of, forget_entities, sentence_of, set_entities, text_of, words_of
from nlp.gazetteers import common_words, name_words, regions

# A word that begins a post, behind a name that the ner did not see: "A, Direktur B, dan C, |Kabag| D".
POST_HEAD = (
    r"(?:Plt\.?|Pj\.?|Pjs\.?|Plh\.?)?\s*(?:Wakil|Menteri|Dirjen|Direktur|Sekjen|Sekretaris|Irjen|Inspektur|Deputi|Kepala|Kabag|Kabid"
    r"|Kasub\w+|Kasi|Karo|Kabiro|Kapus\w+|Kadis\w*|Kakanwil|Staf|Asisten|Rektor|Dekan|Komisaris|Ketua|Director|Deputy|Vice|Assistant"
    r"|Chief|CEO|Chairman|General Manager|Managing Director|Ambassador|Secretary General|President Director)"
)
# A name of two words or more in a list: "..., dan |C Santoso|". What stands before the name is looked at after its first
# letter, so that re skips to capitals by itself.
_NAME = (
    r"[A-Z](?:(?<=[,;]\s.)|(?<=\bdan\s.)|(?<=\bserta\s.))[\w'’]+(?:-[A-Za-z]\w+)?"
    r"(?:\s+(?:bin|binti|al-)?\s*[A-Z][\w'’.]*(?:-[A-Za-z]\w+)?){1,3}"
)
NAME_THEN_POST = re.compile(rf"(?P<name>{_NAME}?)(?:,\s+|\s+)(?={POST_HEAD}\b)")
# A post that heads a region, so that the region's name behind it belongs to the post: "Wakil Bupati", "Wali Kota".
HEADS_REGION = re.compile(r"(?:\w+\.?\s+)?(?:Bupati|Wali ?[Kk]ota|Gubernur)\Z")
# A word at the end of a post that a company's or body's name follows: "Direktur Utama PT".
OPENS_BODY = re.compile(r"(?:\bPT\.?|\bCV\.?|\bPerum|\bPerumda|\bYayasan|\bUniversitas|\bRSUD|\bBank)\Z")
# Words of posts, which no person's name holds.
IN_POST = frozenset("Director Officer Manager President Executive Chief Direktur Kepala Ketua Sekretaris".split())
# Between a rank and a name: " (Purn) ".
RETIRED = re.compile(r"\s*(?:\(\s*[Pp]urn\.?\s*\)\s*)?")
TBK = re.compile(r",?\s+Tbk\b\.?")  # behind the name of a company that is listed
MINISTRY = re.compile(r"Kem(?:en)?[A-Za-z]{3,}\Z")  # "Kemenhub"
BALINESE = frozenset(("I", "Ni", "Ida"))  # the first words of Balinese names
MIN_BODY = 300  # characters; in a text of fewer the people of its headline may well not come again
LONGEST_REGION = 4  # words of a region's name
MIN_NAME, MAX_NAME = 2, 4  # words of a name that a post swallowed or that stands unseen behind it


class EntityRepair:
    """Corrects the PER and TITLE entities of a document where a rule is surer than the statistics."""

    def __init__(self) -> None:
        self.regions = regions()

    def __call__(self, doc: Doc) -> Doc:
        """Repair the document's entities."""
        forget_entities(doc)  # of another who worked on it
        entities = list(entities_of(doc))
        for step in (
            whole_at_hyphens,
            explained_acronyms,
            posts_behind_names,
            units_before_bodies,
            governments,
            self._headline_names,
            self._names_of_regions,
            self._ranks,
            without_ranks,
            self._bodies_in_posts,
            posts_out_of_names,
            names_out_of_posts,
            names_in_posts,
            english_posts,
            self._move_boundaries,
            self._holders,
            self._begin_names,
            self._names_in_lists,
            bodies_out_of_names,
            units_behind_posts,
            without_page_words,
            without_common_words,
            surnames,
            grown,
            unseen_names,
            names_beside_posts,
            longer_than_named,
            agreed,
        ):
            repaired = step(doc, entities)
            if repaired is not None:
                entities = list(set_entities(doc, filter_spans(repaired)))
        return doc

    # Each step takes the entities in the order of the text and returns what they should be, or None to change nothing.
    # Of entities that overlap the longest stays, of equally long ones the first.

    @staticmethod
    def _headline_names(doc: Doc, before: list[Span]) -> list[Span] | None:
        """Drop a name in a headline of which the text has no word: "Kasih Warning" in "Bos BI Kasih Warning".

        It must have two words or more. All such people in the headlines of the gold documents come again in the text.
        """
        title = len(doc._.title)
        if len(text_of(doc)) < title + MIN_BODY:
            return None
        names = [e for e in before if e.label_ == "PER" and e.end_char <= title and len(e) > 1]
        if not names:
            return None
        body = text_of(doc)[title:]
        strange = [name for name in names if not any(_has_word(body, word) for word in words_in(name))]
        return [entity for entity in before if entity not in strange] if strange else None

    def _names_of_regions(self, doc: Doc, before: list[Span]) -> list[Span] | None:
        """Make a person of the names of two regencies with nothing between them: "Bandung Bondowoso"."""
        entities = [*before]
        for i in range(len(entities) - 1, 0, -1):
            first, second = entities[i - 1 : i + 1]
            adjacent = first.end == second.start and first.label_ == second.label_ == "GPE"
            if adjacent and len(first) == len(second) == 1 and all(map(self._is_regency, (first, second))):
                entities[i - 1 : i + 1] = [Span(doc, first.start, second.end, label="PER")]
        return entities if len(entities) < len(before) else None

    @staticmethod
    def _ranks(doc: Doc, before: list[Span]) -> list[Span] | None:
        """Cut a rank off the end of a post before a name: in "Menko Polhukam Jenderal TNI (Purn) A" the rank is A's."""
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
        """Join a company's name, which the ner took for a person's, to the post: "Direktur Utama PT" + "Samudra Teguh"."""
        entities = [*before]
        for i in range(len(entities) - 1, 0, -1):
            post, name = entities[i - 1 : i + 1]
            if (post.label_, name.label_) != ("TITLE", "PER") or post.end != name.start:
                continue
            if OPENS_BODY.search(post.text) or IN_POST.intersection(name.text.split()):
                listed = TBK.match(text_of(doc), name.end_char)
                whole = doc.char_span(post.start_char, listed.end() if listed else name.end_char, label="TITLE")
                entities[i - 1 : i + 1] = [whole or Span(doc, post.start, name.end, label="TITLE")]
        return entities if len(entities) < len(before) else None

    def _move_boundaries(self, doc: Doc, before: list[Span]) -> list[Span] | None:
        """Move the boundary between a post and the name right behind it.

        The name of a region belongs to a post that heads it: "Bupati" + "Garut Ratri". The last word of a post belongs
        to the name if the text uses it for a person elsewhere: "Direktur Laut Rosma" + "Dewi", later "Rosma".
        """
        entities = [*before]
        known = Counter(word for entity in entities if entity.label_ == "PER" for word in words_in(entity))
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
            elif len(title) > 2 and self._is_named(doc[border - 1], known):
                border -= 1
            if border != title.end:
                entities[i] = Span(doc, title.start, border, label="TITLE")
                entities[i + 1] = Span(doc, border, person.end, label="PER")
        return entities if entities != before else None

    def _is_named(self, token: Token, known: Counter[str]) -> bool:
        """Whether the last word of a post is a name's: one that the text uses elsewhere for a person, or a word of names."""
        return self._namelike(token) and (known[token.text] > 0 or token.text in name_words())

    def _is_regency(self, words: Span) -> bool:
        return bool(self.regions.find("kabupaten", words.text)) and not self.regions.find("provinsi", words.text)

    def _is_region(self, words: Span) -> bool:
        return any(self.regions.find(kind, words.text) for kind in ("kabupaten", "kota", "provinsi"))

    def _holders(self, doc: Doc, before: list[Span]) -> list[Span] | None:
        """Part a post from the name of its holder, where the ner did not.

        The name may be in the post ("Deputi Distribusi BKPN Budi Santoso"), half in it ("Wali Kota Ambon Budi" +
        "Santoso"), or behind it and unseen. Half of its words must be words of names: what the ner puts into a post is
        more often the institution's ("Ketua Perhimpunan Dokter Paru Indonesia").
        """
        entities = [*before]
        for i, entity in enumerate(entities):
            if entity.label_ != "TITLE" or entity.start_char < len(doc._.title):
                continue  # in a headline every word may be capitalised, so none shows where a name begins
            floor = entity.start + 1
            cut = next((j for j in range(entity.end, floor, -1) if not self._namelike(doc[j - 1])), floor)
            if OPENS_BODY.search(doc[entity.start : cut].text):
                continue  # "Direktur Utama PT Samudra Teguh": the name is the company's
            end = entity.end
            following = entities[i + 1] if i + 1 < len(entities) and entities[i + 1].start == end else None
            if following is not None and (following.label_ != "PER" or len(following) > 1):
                continue  # a name of two words is whole, so what stands before it is the institution's
            if following is not None:
                end = following.end
            elif cut == entity.end:
                while end < len(doc) and not doc[end].ent_type and self._namelike(doc[end]):
                    end += 1
            follows = doc[end] if end < len(doc) else None
            whole = follows is None or not (follows.text[:1].isupper() or follows.ent_type_ == "PER")
            sure = end - cut == 1 and whole and self._is_holder(doc, entity.start, cut)
            named = 2 * sum(token.text in name_words() for token in doc[cut:end]) >= end - cut
            if (sure or (named and MIN_NAME <= end - cut <= MAX_NAME)) and (whole or end != entity.end):
                entities[i] = Span(doc, entity.start, cut, label="TITLE")
                person = Span(doc, cut, end, label="PER")
                if following is not None:
                    entities[i + 1] = person
                else:
                    entities.insert(i + 1, person)
        return sorted(entities, key=lambda e: (e.label_ != "PER", -len(e))) if entities != before else None

    def _is_holder(self, doc: Doc, start: int, cut: int) -> bool:
        """Whether the one word at `cut` is the holder's name: a word of names, or any behind the name of a region."""
        word, before = doc[cut], doc[cut - 1].lower_
        if word.text in name_words():
            return before not in post_words() and before not in common_words()
        regions = (doc[i:cut] for i in range(max(start + 1, cut - LONGEST_REGION), cut))
        return word.lower_ not in common_words() and any(map(self._is_region, regions))

    def _namelike(self, token: Token) -> bool:
        """Whether a token is a capitalised word that no post, institution or region is made of."""
        text = token.text
        if not text[:1].isupper() or text.isupper() or not text.isalpha() or token.lower_ in post_words():
            return False
        if HEAD.fullmatch(text) and text not in NAME_LIKE:
            return False
        return LEADING.match(f"{text} ") is None and not MINISTRY.match(text)

    @staticmethod
    def _begin_names(doc: Doc, before: list[Span]) -> list[Span] | None:
        """Let a Balinese name begin at the word before it, which looks like a numeral: "I Nyoman"."""
        cut = [e for e in before if e.label_ == "PER" and e.start and words_of(doc)[e.start - 1] in BALINESE]
        longer = [Span(doc, entity.start - 1, entity.end, label="PER") for entity in cut]
        return [*longer, *before] if longer else None

    @staticmethod
    def _names_in_lists(doc: Doc, before: list[Span]) -> list[Span] | None:
        """Mark a name that the ner missed in a list of people with their posts: C in "A, Direktur B, dan C, Kabag D"."""
        missed = []
        for match in NAME_THEN_POST.finditer(text_of(doc)):
            person = doc.char_span(match.start("name"), match.end("name"), label="PER")
            post = doc.char_span(match.end(), match.end() + 1, alignment_mode="expand")
            if person is None or post is None or any(token.ent_type for token in person):
                continue
            if post[0].ent_iob_ == "B" and post[0].ent_type_ == "TITLE":
                labels = [entity.label_ for entity in entities_in(sentence_of(person)) if entity.end <= person.start]
                if labels[-2:] == ["PER", "TITLE"] or labels[-3:-1] == ["PER", "TITLE"]:
                    missed.append(person)
        return [*before, *missed] if missed else None


def _has_word(text: str, word: str) -> bool:
    """Whether a word stands in a text."""
    return word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
