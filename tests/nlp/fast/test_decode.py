"""The decoder and the quicker layers find what spaCy's own pipeline finds with the same weights."""

from __future__ import annotations

import numpy as np
import pytest
import spacy

from crawler.demo.articles import load_articles
from nlp.document import join
from nlp.fast.decode import Decoder
from nlp.fast.network import is_computed
from nlp.pipeline import MODEL


@pytest.fixture(scope="module")
def plain():
    """The weights as spaCy loads them, with the sentences that bound entities."""
    nlp = spacy.load(MODEL)
    nlp.add_pipe("pantau_sentences", first=True)
    return nlp


def entities(doc):
    return [(e.start, e.end, e.label_) for e in doc.ents]


def test_the_newsrooms_articles_have_the_same_entities_as_with_spacys_ner(plain, tagger):
    texts = [join(article.title, article.text) for article in load_articles(2)]
    with tagger.select_pipes(enable=["sentences", "tok2vec", "decode"]):
        found = [entities(doc) for doc in tagger.pipe(texts, batch_size=16)]
    expected = [entities(doc) for doc in plain.pipe(texts, batch_size=16)]
    assert sum(map(len, expected)) > 1_000
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "Jakarta",
        "Menteri",
        "Wali Kota Surabaya\n\nKota Bandung",
        "PT Samudra Raya\nJaya menandatangani MoU",
        "Bupati Sleman. Bupati",
        "RI" * 30 + " " * 50 + "Kementerian Perhubungan",
    ],
)
def test_texts_at_the_edge_have_the_same_entities(plain, tagger, text):
    with tagger.select_pipes(enable=["sentences", "tok2vec", "decode"]):
        assert entities(tagger(text)) == entities(plain(text))


def test_documents_without_tokens_may_stand_in_a_batch(tagger):
    with tagger.select_pipes(enable=["sentences", "tok2vec", "decode"]):
        docs = list(tagger.pipe(["", "Gubernur Jawa Timur berkunjung ke Surabaya.", ""], batch_size=3))
    assert [bool(doc.ents) for doc in docs] == [False, True, False]


def test_an_ner_with_other_features_is_refused():
    embedding = {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "width": 16,
        "depth": 1,
        "embed_size": 50,
        "window_size": 1,
        "maxout_pieces": 2,
        "subword_features": False,
        "pretrained_vectors": None,
    }
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": True,
        "hidden_width": 16,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": embedding,
    }
    ner = spacy.blank("xx").add_pipe("ner", config={"model": model})
    with pytest.raises(ValueError, match="state_type 'ner'"):
        Decoder(ner)


def test_the_network_computes_the_vectors_of_spacys_tok2vec(plain, tagger):
    texts = [join(article.title, article.text) for article in load_articles(1)][:12]
    docs = [plain.make_doc(text) for text in ["", "Jakarta", *texts, "", "Jakarta"]]
    tok2vec, quick = (nlp.get_pipe("tok2vec").model for nlp in (plain, tagger))
    assert quick.name == "pantau_network" != tok2vec.name
    for expected, found in zip(tok2vec.predict(docs), quick.predict(docs), strict=True):
        assert found.shape == expected.shape
        assert np.allclose(found, expected, atol=1e-4)


def test_a_tok2vec_of_another_kind_is_left_alone():
    config = {"model": {"window_size": 1}}
    assert is_computed(spacy.blank("xx").add_pipe("tok2vec", config=config).model)
    config["model"]["window_size"] = 2
    assert not is_computed(spacy.blank("xx").add_pipe("tok2vec", config=config).model)
