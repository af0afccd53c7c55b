"""The shipped pipeline, loaded once, and a way to tag a text with given entities."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def tagger():
    import nlp

    return nlp.load()


@pytest.fixture(scope="session")
def rules(tagger):
    """The rule components over entities that the test gives: `rules(text, ("PER", "Budi Santoso"), ...)`.

    The documents have the shipped network's vectors, over which the agreements are judged.
    """
    from spacy.util import filter_spans

    from nlp.language import IndonesianNews
    from nlp.pipeline import add_rules

    nlp = add_rules(IndonesianNews())

    def run(text, *entities, published_at=None, title=""):
        doc = nlp.make_doc(text)
        doc._.title, doc._.published_at = title, published_at
        spans = []
        for label, string in entities:
            start = text.index(string)
            while start >= 0:
                spans.append(doc.char_span(start, start + len(string), label=label))
                start = text.find(string, start + 1)
        assert None not in spans, "an entity does not fall on token boundaries"
        doc.tensor = tagger(text).tensor
        doc.set_ents(filter_spans(spans))
        for _, component in nlp.pipeline:
            doc = component(doc)
        return doc

    return run
