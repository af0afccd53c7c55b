"""Lists: one body that signs with each of several is told once and is several agreements.

"A meneken empat PKS. Masing-masing dengan B, C, D, dan E", "Sebelumnya telah dilaksanakan bersama F, G dan H".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Span

from nlp.components.agreements.instruments import Group
from nlp.components.agreements.parties import BODIES, list_from
from nlp.document import entities_in, sentence_at, sentence_of, text_of
from nlp.records import AGREEMENT_STATUSES, Agreement

SIGNED, PLANNED, IN_FORCE = AGREEMENT_STATUSES[:3]
NUMBERS = {word: n for n, word in enumerate("dua tiga empat lima enam tujuh delapan sembilan sepuluh".split(), start=2)}
# "|empat |perjanjian kerja sama".
COUNTED = re.compile(rf"\b(?P<many>{'|'.join(NUMBERS)}|\d{{1,2}})\s+(?:buah\s+|naskah\s+|dokumen\s+)?\Z", re.IGNORECASE)
WITH = re.compile(r"\b(?:dengan|bersama)\s+", re.IGNORECASE)
EACH = re.compile(r"\bmasing-masing\s+(?:dengan|bersama)\s+", re.IGNORECASE)
# Nobody signs in such a sentence: its subject is the instrument, and each of the list has one of its own.
FURTHER = re.compile(
    r"\b(?P<when>telah|sudah|pernah|akan|bakal|segera|juga)\s+di(?:laksanakan|lakukan|teken|tandatangani|jalin|sepakati)\s+"
    r"(?:dengan|bersama)\s+",
    re.IGNORECASE,
)
TO_COME = frozenset(("akan", "bakal", "segera"))


def parted(told: Agreement, group: Group, alike: Group) -> list[Agreement]:
    """The agreement, or the several that a list makes of it; the agreement itself first.

    alike  the mentions of instruments of its type beside which further partners may be listed
    """
    found, seen = [told], set(told.parties)
    if len(told.parties) < 2:
        return found
    for partners, when in _lists(group, alike):
        head = next((party for party in told.parties if party not in partners), None)
        if head is None:
            continue
        if when is None:  # the agreement's own list
            found[:1] = [_of(told, head, partner) for partner in partners]
            seen.update(partners)
            continue
        status = PLANNED if when in TO_COME else IN_FORCE
        new = [partner for partner in partners if partner not in seen]
        found += [replace(_of(told, head, partner), status=status, date=None, place=None) for partner in new]
        seen.update(new)
    return found


def joined(found: Sequence[list[Agreement]]) -> list[Agreement]:
    """The agreements of all groups, without a group that only holds the partners of another one's list."""
    kept: list[Agreement] = []
    for told in found:
        lists = [{a.parties[1] for a in other} for other in found if other is not told and len(other) > 1]
        own = {party for agreement in told for party in agreement.parties}
        if not own or not any(own <= partners for partners in lists):
            kept += told
    return kept


def _of(told: Agreement, head: str, partner: str) -> Agreement:
    return replace(told, parties=(head, partner), parties_known=True)


def _lists(group: Group, alike: Group) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """(the partners of a list, the word that says when if the list is not the agreement's own), for each list."""
    doc = group[0].span.doc
    own_sentences, sentences = _beside(group), _beside([*group, *alike])
    text, own = text_of(doc), False
    for start, sentence in sorted(sentences.items()):
        bodies = [entity for entity in entities_in(sentence) if entity.label_ in BODIES]
        each = EACH.search(text, sentence.start_char, sentence.end_char)
        if each is not None and not own and start in own_sentences:
            partners = list_from(bodies, doc, each.end())
            if len(partners) >= 2:
                own = True
                yield partners, None
        further = FURTHER.search(text, sentence.start_char, sentence.end_char)
        if further is not None and not any(e.label_ == "ORG" and e.end_char <= further.start() for e in bodies):
            partners = list_from(bodies, doc, further.end())
            if len(partners) >= 2:
                yield partners, further["when"].lower()
        if not own and (partners := _counted(group, sentence, bodies)):
            own = True
            yield partners, None


def _beside(group: Group) -> dict[int, Span]:
    """The sentences of a group's mentions and those that follow them, by their first token."""
    doc = group[0].span.doc
    found: dict[int, Span] = {}
    for mention in group[:9]:
        sentence = sentence_of(mention.span)
        found[sentence.start] = sentence
        if sentence.end < len(doc):
            found[sentence.end] = sentence_at(doc, sentence.end)
    return found


def _counted(group: Group, sentence: Span, bodies: Sequence[Span]) -> tuple[str, ...]:
    """The partners of "A meneken |empat| perjanjian kerja sama dengan |B, C, D, dan E|", as many as are counted."""
    text, doc = text_of(sentence.doc), sentence.doc
    for mention in group[:9]:
        if sentence_of(mention.span).start != sentence.start:
            continue
        counted = COUNTED.search(text, sentence.start_char, mention.span.start_char)
        partner = WITH.search(text, mention.span.end_char, sentence.end_char)
        if counted is None or partner is None:
            continue
        many = NUMBERS.get(counted["many"].lower()) or int(counted["many"])
        partners = list_from(bodies, doc, partner.end())
        if len(partners) == many:
            return partners
    return ()
