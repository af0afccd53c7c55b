"""Cutting a shallower network out of the tagger's, teaching it, and writing it for spaCy. Needs PyTorch (extra `train`)."""

from __future__ import annotations

import pytest

from crawler.demo.articles import load_articles
from nlp.document import join
from nlp.pipeline import MODEL

pytest.importorskip("torch", reason="PyTorch comes with the extra `train`")

from nlp.training import distil, lessons, shallow


@pytest.fixture(scope="module")
def deep():
    return lessons.load_plain(MODEL)


@pytest.fixture(scope="module")
def texts():
    return [join(article.title, article.text) for article in load_articles(2)[:40]]


@pytest.fixture(scope="module")
def taught(deep, texts):
    return lessons.collect(deep, deep.pipe(texts))


def entities(nlp, texts):
    return [[(e.start, e.end, e.label_) for e in doc.ents] for doc in nlp.pipe(texts)]


def depth_of(nlp):
    return len(nlp.get_pipe("tok2vec").model.layers[1].layers[0].layers)


def test_cut_out_at_full_depth_and_written_it_finds_the_same_entities(deep, taught, texts, tmp_path):
    whole = shallow.cut_out(deep, depth_of(deep))
    shallow.write(MODEL, whole, shallow.Moves(deep.get_pipe("decode")), tmp_path / "model")
    assert entities(lessons.load_plain(tmp_path / "model"), texts) == entities(deep, texts)


def test_every_batch_has_the_lessons_of_its_tokens(deep, taught):
    import numpy as np
    import torch

    whole, moves = shallow.cut_out(deep, depth_of(deep)), shallow.Moves(deep.get_pipe("decode"))
    seen, states = [], 0
    for rows, at, places, tokens, inside in distil.batches(taught, np.random.default_rng(1)):
        with torch.no_grad():
            found = whole(rows, at)[places].numpy()
            going_on, _ = moves(torch.from_numpy(found), inside)[1].exp().T
        assert np.abs(found - taught.wanted[tokens]).max() < 0.02 * np.abs(found).max()
        # The deep tagger goes on with an entity up to its last token: that is how the states came about.
        last = np.append(inside[1:, 1] != inside[:-1, 1], True)
        assert ((going_on.numpy() < 0.5) == last).mean() > 0.98  # sentences may end an entity, too
        seen.extend(tokens)
        states += len(inside)
    assert sorted(seen) == list(range(len(taught.kinds)))
    assert states == len(taught.inside) > 500


def test_a_shallower_one_learns_and_loads_as_the_tagger_does(deep, taught, texts, tmp_path, capsys, monkeypatch):
    for name, value in {"SHOWN": 10, "WARM_UP": 5, "TOKENS": 1_000}.items():
        monkeypatch.setattr(distil, name, value)
    student = shallow.cut_out(deep, 1)
    moves, losses = distil.train(deep, taught, student, 40)
    assert len(losses) == 4 and losses[-1] < 0.5 * losses[0]
    assert "40/40" in capsys.readouterr().err
    shallow.write(MODEL, student, moves, tmp_path / "model")
    nlp = lessons.load_plain(tmp_path / "model")
    assert depth_of(nlp) == 1
    found, expected = (
        {(n, *entity) for n, of_doc in enumerate(entities(which, texts)) for entity in of_doc} for which in (nlp, deep)
    )
    assert len(found & expected) > 0.5 * len(expected)
