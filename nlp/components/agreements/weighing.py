"""From mentions to agreements: the mentions are grouped by instrument, each group judged, and told as an Agreement.

What is judged by learnt models (learnt.py): whether a group is an agreement at all, which bodies are its parties, which
date is its signing's, and its status. Rules make the normal forms: names, dates, and what is signed long ago is in force.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from spacy.tokens import Doc, Span

from nlp.components.agreements import bodies as weighed_bodies
from nlp.components.agreements import judging
from nlp.components.agreements.bodies import Bodies, Body, Others, nearest
from nlp.components.agreements.facts import place_of_signing, reference_day, rule_status, signatories_in, subject_of
from nlp.components.agreements.instruments import (
    FORMAL,
    SHORT_FORMS,
    Group,
    InstrumentMention,
    group_mentions,
    party_key,
    party_keys,
)
from nlp.components.agreements.learnt import Floats, judges, status_chooser, vectors_of
from nlp.components.agreements.lists import joined, parted
from nlp.components.agreements.parties import BODIES, Evidence, parties_nearby
from nlp.components.agreements.party_names import full_names, holders, party_text, unique
from nlp.document import entities_in, sentence_of, sentence_starts
from nlp.records import AGREEMENT_STATUSES, Agreement

SIGNED, PLANNED, IN_FORCE, DISCUSSED = AGREEMENT_STATUSES[:4]
LIKELY = "pantau_agreements.likely"  # in doc.user_data: how likely each anchor is, by its tokens
LEAST_GROUP = 0.5  # how likely a group must be an agreement; of .35 to .6 the best F1 by cross-validation
# Likewise, of no formal kind and without a party ("kesepakatan damai" of two neighbours), and with one party alone.
# Of (.72, .5), (.8, .6), (.9, .5) and (.9, .65) the most parties right by cross-validation.
LEAST_WITHOUT_PARTIES, LEAST_WITH_ONE = 0.8, 0.6
# How likely a body must be to be a party, and the best two if else fewer than two would be.
PARTY, SECOND_PARTY = 0.4, 0.3
# The list that the rules read is taken as it stands if it is one of "antara A dan B", or if they read it in the agreement's
# own sentence, none of its members is less likely than this, and nobody else likelier than that.
LEAST_LISTED, MOST_UNLISTED = 0.1, 0.8
CLOSE = 0.6  # of the likeliest date's probability, from which on the date that the rules read is taken
LEAST_DATE = 0.12  # how likely a date must be the signing's; of .1 to .5 the best sum of precision and recall
MOST_OTHERS = 12  # other agreements of the text that one is told apart from
OLD = 365  # days; what was signed longer ago than this is in force
CONCESSION = re.compile(r"kontrak\s+(?:karya|bagi\s+hasil)\b", re.IGNORECASE)
LONGEST_NAME = 80  # characters of the name that an Agreement is given


class Weighing:
    """The groups of a text's mentions with the features of what is to be judged of them."""

    def __init__(self, doc: Doc, mentions: list[InstrumentMention]) -> None:
        self.doc = doc
        self.likely: dict[tuple[int, int], float] = doc.user_data[LIKELY]
        self.groups = group_mentions(mentions)
        self.rows = judging.group_features(self.groups, self.likely)
        # Of each group, by its id(): what is asked of it again and again.
        self._listed: dict[int, tuple[tuple[str, ...], frozenset[str], int]] = {}
        self._by_rule: dict[int, tuple[str, str | None]] = {}

    @cached_property
    def entities(self) -> Sequence[Span]:
        """The entities of the text."""
        return entities_in(self.doc[:])

    @cached_property
    def bodies(self) -> Bodies:
        """The bodies that may be parties."""
        return Bodies(self.doc, self.entities)

    @cached_property
    def starts(self) -> list[int]:
        """The characters at which the sentences begin."""
        return [self.doc[start].idx for start in sentence_starts(self.doc)]

    @cached_property
    def reference(self) -> str | None:
        """The day of the article."""
        return reference_day(self.doc)

    @cached_property
    def dates(self) -> list[judging.Dated]:
        """The dates of the text, MOST_DATES at most."""
        return judging.dates_of(self.doc, self.reference, self.starts)[: judging.MOST_DATES]

    def vectors(self, group: Group) -> Floats | None:
        """The vectors of the group's likeliest mention."""
        span = judging.best_mention(group, self.likely).span
        return vectors_of(self.doc, [(span.start, span.end)])

    def best(self, group: Group) -> InstrumentMention:
        """The mention that tells most of the agreement."""
        return max(
            group,
            key=lambda m: (bool(m.parties), not m.in_title, m.parties.evidence, m.status == SIGNED, -m.span.start),
        )

    def listed(self, group: Group) -> tuple[tuple[str, ...], frozenset[str], int]:
        """(the parties that the rules read, their keys, how plainly they stand there)."""
        known = self._listed.get(id(group))
        if known is None:
            names = _announced(group, self.groups) or _parties_of(group, self.best(group))
            keys = frozenset(party_key(name, self.doc.user_data[SHORT_FORMS]) for name in names)
            known = self._listed[id(group)] = names, keys, max(int(mention.parties.evidence) for mention in group)
        return known

    def party_features(self, group: Group) -> tuple[list[Body], list[list[float]]]:
        """(the bodies near the agreement, a row of features for each)."""
        near = self.bodies.near(group)
        _, keys, evidence = self.listed(group)
        return near, weighed_bodies.features(group, self.bodies, near, keys, evidence, self.others(group))

    def others(self, group: Group) -> Others:
        """The other agreements of the text, MOST_OTHERS at most."""
        others = [other for other in self.groups if other is not group][:MOST_OTHERS]
        return Others(
            frozenset().union(*(party_keys(other) for other in others)),
            [mention.span.start for other in others for mention in other[:9]],
        )

    def by_rule(self, group: Group) -> tuple[str, str | None]:
        """(the status, the date) that the rules read."""
        known = self._by_rule.get(id(group))
        if known is None:
            told = [mention.status for mention in group]
            known = self._by_rule[id(group)] = rule_status(self.doc, self._spans(group), told)
        return known

    def date_features(self, group: Group) -> list[list[float]]:
        """A row of features for each of the dates."""
        _, date = self.by_rule(group)
        return judging.date_features(group, self.dates, self.starts, self.reference, date)

    def status_features(self, group: Group, date: str | None) -> list[float]:
        """The row of features of the status; `date`: that of the signing."""
        by_rule, _ = self.by_rule(group)
        age = judging.days_between(date, self.reference) if date else None
        return judging.status_features(group, self.groups, self._spans(group), age, by_rule, self.reference)

    def agreements(self) -> list[Agreement]:
        """The agreements of the text, each with how sure it is."""
        judge = judges()["group"]
        found: list[list[Agreement]] = []
        for group, row in zip(self.groups, self.rows, strict=True):
            likely = float(judge.probability([row], self.vectors(group))[0])
            if likely >= LEAST_GROUP:
                found.append(self._agreement(group, likely))
        return joined([told for told in found if is_told(told)])

    def _spans(self, group: Group) -> list[Span]:
        best = self.best(group)
        return [best.span, *(mention.span for mention in group if mention is not best)]

    def _agreement(self, group: Group, likely: float) -> list[Agreement]:
        date = self._date(group)
        return self.told(group, likely, self._parties(group), date, self._status(group, date))

    def told(
        self, group: Group, likely: float, parties: tuple[str, ...], date: str | None, status: str
    ) -> list[Agreement]:
        """The agreement of a group, or those of its list, with what was judged of it."""
        best, spans = self.best(group), self._spans(group)
        name = max((m.span.text for m in group if m.type == best.type), key=len, default=best.span.text)
        agreement = Agreement(
            type=best.type,
            text=" ".join((best.span.text if len(name) > LONGEST_NAME else name).split()),
            parties=parties,
            subject=next((found for span in spans if (found := subject_of(span))), None),
            date=date if status != DISCUSSED else None,
            place=place_of_signing(spans, signed=status == SIGNED),
            status=status,
            signatories=signatories_in(sentence_of(best.span)),
            parties_known=len(parties) >= 2,
            confidence=round(likely, 3),
        )
        alike = [other for other in self.groups if other[0].type == group[0].type]
        others = [mention for other in alike for mention in other] if alike[0] is group else []
        return parted(agreement, group, others)

    def _parties(self, group: Group) -> tuple[str, ...]:
        near, rows = self.party_features(group)
        names, keys, evidence = self.listed(group)
        return self.chosen(group, near, judges()["party"].probability(rows), names, keys, evidence)

    def chosen(
        self,
        group: Group,
        near: Sequence[Body],
        likely: Sequence[float] | Floats,
        names: tuple[str, ...],
        keys: frozenset[str],
        evidence: int,
    ) -> tuple[str, ...]:
        """The parties, of bodies that are so likely to be one; `names`, `keys` and `evidence` as `listed` gives them."""
        by_key = dict(zip((body.key for body in near), map(float, likely), strict=True))
        within = [by_key[key] for key in keys if key in by_key]
        elsewhere = self.others(group).keys  # who signs another agreement does not make this one's list doubtful
        unlisted = max((p for key, p in by_key.items() if key not in keys and key not in elsewhere), default=0)
        plain = len(names) >= 2 and len(within) >= 2 and evidence >= Evidence.MENTIONED
        between = len(names) >= 2 and evidence == Evidence.BETWEEN
        if not (between or (plain and min(within) > LEAST_LISTED and unlisted < MOST_UNLISTED)):
            order = sorted(near, key=lambda body: -by_key[body.key])
            taken = [body for body in order if by_key[body.key] >= PARTY]
            if len(taken) < 2:
                taken = [body for body in order[:2] if by_key[body.key] >= SECOND_PARTY]
            here = sorted((nearest(group, self.bodies, body)[0].span for body in taken), key=lambda span: span.start)
            names = unique([party_text(span) for span in here])
        named = [entity for entity in self.entities if entity.label_ in BODIES]
        start = self.best(group).span.start
        return full_names(named, holders(named, start, names) if _is_concession(group) else names)

    def _date(self, group: Group) -> str | None:
        if not self.dates:
            return None
        return self.chosen_date(group, judges()["date"].probability(self.date_features(group)))

    def chosen_date(self, group: Group, likely: Sequence[float] | Floats) -> str | None:
        """The likeliest of the dates, if it is likely enough; that which the rules read, if it is nearly as likely."""
        if not len(likely):
            return None
        best = max(range(len(likely)), key=lambda number: likely[number])
        _, by_rule = self.by_rule(group)
        close = (n for n, found in enumerate(self.dates) if found.iso == by_rule and likely[n] >= CLOSE * likely[best])
        best = next(close, best)
        return self.dates[best].iso if likely[best] >= LEAST_DATE else None

    def _status(self, group: Group, date: str | None) -> str:
        votes = status_chooser().votes([self.status_features(group, date)])[0]
        return self.chosen_status(AGREEMENT_STATUSES[int(np.argmax(votes))], date)

    def chosen_status(self, status: str, date: str | None) -> str:
        """The status, in force where it was signed long ago."""
        age = judging.days_since(date, self.reference) if date else None
        return IN_FORCE if status == SIGNED and age is not None and age > OLD else status


def is_told(told: Sequence[Agreement]) -> bool:
    """Whether an agreement is worth telling: one of no formal kind must be surer, the fewer of its parties are known.

    What is written in small letters without a party ("perjanjian kerja sama" of two thieves) is of no formal kind.
    """
    return any(agreement.confidence >= _least(agreement) for agreement in told)


def _least(agreement: Agreement) -> float:
    parties = len(agreement.parties)
    if parties > 1 or (agreement.type in FORMAL and (parties or not agreement.text.islower())):
        return LEAST_GROUP
    return LEAST_WITH_ONE if parties else LEAST_WITHOUT_PARTIES


def _is_concession(group: Group) -> bool:
    return any(CONCESSION.match(mention.span.text) for mention in group)


def _announced(group: Group, groups: list[Group]) -> tuple[str, ...]:
    """The parties told of several instruments of which `group` is one: "A dan B meneken tiga MoU: MoU Kerja Sama P"."""
    if not all(mention.title for mention in group) or any(mention.parties for mention in group):
        return ()
    others = (mention for other in groups if other[0].type == group[0].type for mention in other)
    return next((other.parties.names for other in others if other.parties and not other.title), ())


def _parties_of(group: Group, best: InstrumentMention) -> tuple[str, ...]:
    """The best mention's parties. If these are fewer than two: those of all mentions, else those told near one."""
    if best.parties:
        return best.parties.names
    together = tuple(dict.fromkeys(party for mention in group for party in mention.parties.names))
    if len(together) >= 2:
        return together
    for mention in group:
        nearby = parties_nearby(mention.span)
        if nearby:
            return nearby.names
    return together
