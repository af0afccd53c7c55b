"""The room for speed is left out, with a warning, where spaCy or thinc is another than it was written for."""

from __future__ import annotations

import logging

import pytest

import nlp
from crawler.demo.articles import load_articles
from nlp import fast
from nlp.document import join
from nlp.pipeline import MODEL, load_weights

TEXTS = [join(article.title, article.text) for article in load_articles(1)][:12]


def entities(pipeline):
    return [[(e.start, e.end, e.label_) for e in doc.ents] for doc in pipeline.pipe(TEXTS, batch_size=4)]


def layers(pipeline, name):
    return [node for node in pipeline.get_pipe("tok2vec").model.walk() if node.name == name]


def a_layer_renamed(pipeline):
    layers(pipeline, "extract_features")[0].name = "features"


def residual_layers_that_halve(pipeline):
    """As a thinc whose residual layers add half of what they compute."""
    for node in layers(pipeline, "residual(expand_window>>maxout>>layernorm>>dropout)"):
        inner = node.layers[0]
        node._func = lambda model, x, is_train, inner=inner: (x + inner.predict(x) / 2, None)


def a_part_of_the_parser_renamed(pipeline):
    pipeline.get_pipe("ner").model.set_ref("lower", None)


def a_parser_that_scores_otherwise(pipeline):
    """As a spaCy whose layer "upper" is another than the one that scores the moves."""
    model = pipeline.get_pipe("ner").model
    other = model.get_ref("upper").copy()
    other.set_param("W", -other.get_param("W"))
    model.layers.insert(2, other)  # spaCy takes the last
    model.set_ref("upper", other)


@pytest.mark.parametrize(
    ("change", "held"),
    [
        (a_layer_renamed, ["decoder"]),
        (residual_layers_that_halve, ["decoder"]),
        (a_part_of_the_parser_renamed, ["network"]),
        (a_parser_that_scores_otherwise, ["network"]),
    ],
)
def test_a_part_that_does_not_fit_is_left_out(caplog, change, held):
    plain, quick = load_weights(MODEL), load_weights(MODEL)
    change(plain)
    change(quick)
    with caplog.at_level(logging.WARNING):
        assert fast.quicken(quick) == held
    (record,) = caplog.records
    assert record.message.startswith(f"penandaan tanpa {({'network', 'decoder'} - set(held)).pop()}: ")
    assert quick.pipe_names == (["tok2vec", "decode"] if "decoder" in held else ["tok2vec", "ner"])
    assert entities(quick) == entities(plain)


def test_other_versions_are_left_alone(caplog, monkeypatch):
    monkeypatch.setattr(fast, "CHECKED", ("spacy>=2,<3", "thinc>=8", "tidakada>=1"))
    pipeline = load_weights(MODEL)
    own = pipeline.get_pipe("tok2vec").model
    with caplog.at_level(logging.WARNING):
        assert fast.quicken(pipeline) == []
    (record,) = caplog.records
    assert "belum diperiksa dengan spacy 3" in record.message and ", tidakada, hanya" in record.message
    assert pipeline.pipe_names == ["tok2vec", "ner"] and pipeline.get_pipe("tok2vec").model is own


def test_the_plain_way_takes_neither_part(monkeypatch, tagger):
    monkeypatch.setenv("PANTAU_PLAIN", "1")
    plain = nlp.load()
    assert "ner" in plain.pipe_names and "decode" not in plain.pipe_names
    assert plain.get_pipe("tok2vec").model.name != "pantau_network"
    for said, wanted in (("0", False), ("", False), ("false", False), ("1", True), ("true", True)):
        monkeypatch.setenv("PANTAU_PLAIN", said)
        assert nlp.plain.plain() is wanted
