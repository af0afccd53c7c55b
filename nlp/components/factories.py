"""The names by which nlp/config/pipeline.cfg asks spaCy for our components, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.agreements.component import AgreementTagger
from nlp.components.laws import LawTagger
from nlp.components.officials.component import OfficialTagger
from nlp.components.places import PlaceResolver
from nlp.components.promises.component import PromiseTagger
from nlp.components.quotes.component import QuoteTagger
from nlp.components.repair import EntityRepair
from nlp.components.sentences import SentenceSplitter

Component = Callable[[Doc], Doc]

FACTORIES: dict[str, Callable[[], Component]] = {
    "pantau_sentences": SentenceSplitter,
    "pantau_repair": EntityRepair,
    "pantau_laws": LawTagger,
    "pantau_places": PlaceResolver,
    "pantau_officials": OfficialTagger,
    "pantau_agreements": AgreementTagger,
    "pantau_quotes": QuoteTagger,
    "pantau_promises": PromiseTagger,
}


def register() -> None:
    """Make the names known to spaCy; again and again does no harm."""
    for name, component in FACTORIES.items():
        Language.factory(name, func=_factory(component))


def _factory(component: Callable[[], Component]) -> Callable[[Language, str], Component]:
    def make(nlp: Language, name: str) -> Component:  # the arguments that spaCy gives every factory
        return component()

    return make
