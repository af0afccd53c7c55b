"""Lessons for the tagger's network, and the network taught in PyTorch. Needs PyTorch (extra `train`)."""

from __future__ import annotations

import random

import numpy as np
import pytest

from crawler.demo.articles import load_articles
from nlp.document import join
from nlp.pipeline import MODEL

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra `train`")

from nlp.training import lessons, shallow, student, workers  # noqa: E402


@pytest.fixture(scope="module")
def nlp():
    return student.load_plain(MODEL)


@pytest.fixture(scope="module")
def texts():
    return [join(article.title, article.text) for article in load_articles(2)[:40]]


@pytest.fixture(scope="module")
def whole(nlp, texts):
    columns = lessons.columns_of(nlp)
    return lessons.in_a_row([lessons.certain(doc, columns) for doc in nlp.pipe(texts)])


@pytest.fixture(scope="module")
def taught(nlp, whole):
    random.seed(1)
    return lessons.lessons(nlp, whole)


def entities(nlp, texts):
    return [[(e.start, e.end, e.label_) for e in doc.ents] for doc in nlp.pipe(texts)]


def batches_of(taught, rank=0, workers=1):
    return lessons.batches(taught, np.random.default_rng(3), np.random.default_rng(1), 1_000, rank, workers)


def test_cut_out_and_written_it_finds_the_same_entities(nlp, texts, tmp_path):
    cut = shallow.cut_out(nlp, shallow.depth_of(nlp))
    shallow.write(MODEL, cut, shallow.Moves(nlp.get_pipe("decode")), tmp_path / "model")
    assert entities(student.load_plain(tmp_path / "model"), texts) == entities(nlp, texts)


def test_what_the_network_finds_itself_costs_it_little(nlp, taught, monkeypatch):
    monkeypatch.setattr(lessons, "_disguised", lambda taught, tokens, rng: taught.kinds[tokens])
    net, moves = shallow.cut_out(nlp, shallow.depth_of(nlp)), shallow.Moves(nlp.get_pipe("decode"))
    with torch.no_grad():
        losses = [sum(student.loss_of(net, moves, batch)).item() for batch in batches_of(taught)]
    assert max(losses) < 0.2
    wrong = lessons.Lessons(**{**vars(taught), "outside": np.roll(taught.outside, 1, axis=0)})
    with torch.no_grad():
        assert min(sum(student.loss_of(net, moves, batch)).item() for batch in batches_of(wrong)) > 0.4


def test_workers_share_the_documents_of_a_pass_and_see_each_once(taught):
    tokens = [sum(len(batch[2]) for batch in batches_of(taught, rank, 2)) for rank in (0, 1)]
    assert sum(tokens) == len(taught.kinds) and min(tokens) > 0.3 * sum(tokens)
    states = sum(len(batch[5]) for rank in (0, 1) for batch in batches_of(taught, rank, 2))
    assert states == len(taught.inside) > 300


def test_disguises_keep_forms_and_equal_words_equal(taught):
    tokens = np.arange(len(taught.kinds))
    found = [lessons._disguised(taught, tokens, np.random.default_rng(seed)) for seed in range(16)]
    changed = [(kinds != taught.kinds).mean() for kinds in found]
    assert 0 in changed and 0.01 < max(changed) < 0.3
    for kinds in found:
        pairs = set(zip(taught.kinds.tolist(), kinds.tolist(), strict=True))
        assert len(pairs) == len(np.unique(taught.kinds))  # one word, one disguise
    of_people = np.concatenate(
        [(kinds != taught.kinds)[taught.person] for kinds in found if (kinds != taught.kinds).any()]
    )
    assert of_people.mean() > 2 * max(changed)


def test_a_network_learns_in_two_processes(nlp, taught, texts, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "TOGETHER", 2)
    monkeypatch.setattr(student, "TOGETHER", 2)
    blank = shallow.cut_out(nlp, 1)
    monkeypatch.setattr(student, "depth_of", lambda nlp: 1)
    before = [value.clone() for value in blank.parameters()]
    net, moves = student.train(nlp, taught, 60)
    assert len(net.layers) == 1
    assert any((value - old).abs().max() > 1e-3 for value, old in zip(net.parameters(), before, strict=True))
    shallow.write(MODEL, net, moves, tmp_path / "model")
    short = student.load_plain(tmp_path / "model")
    assert shallow.depth_of(short) == 1
    found, expected = (
        {(n, *entity) for n, of_doc in enumerate(entities(which, texts)) for entity in of_doc} for which in (short, nlp)
    )
    assert len(found & expected) > 0.5 * len(expected)


def test_the_mean_of_a_network_with_itself_is_that_network_and_shares_add_up(nlp, texts):
    from nlp.training import mean

    net, _ = mean.mean({MODEL: 1.0})
    assert all(
        (a == b).all()
        for a, b in zip(net.parameters(), shallow.cut_out(nlp, shallow.depth_of(nlp)).parameters(), strict=True)
    )
    with pytest.raises(ValueError, match=r"add up to 0\.5"):
        mean.mean({MODEL: 0.5})


def test_a_label_leant_to_is_found_more_often_and_others_hardly_change(nlp, texts, tmp_path):
    from nlp.training import mean

    assert mean.main([f"{MODEL}=1", "--lean", "PER=2", "--output", str(tmp_path / "leant")]) == 0
    leant = student.load_plain(tmp_path / "leant")
    before, after = ([found for doc in entities(which, texts) for found in doc] for which in (nlp, leant))
    assert sum(label == "PER" for *_, label in after) > sum(label == "PER" for *_, label in before)
    others = [[found for found in part if found[2] not in ("PER", "TITLE", "ORG")] for part in (before, after)]
    assert abs(len(others[0]) - len(others[1])) < 0.1 * len(others[0])
    with pytest.raises(ValueError, match="no label of the ner: PERSON"):
        mean.lean(shallow.Moves(nlp.get_pipe("decode")), ["PER"], {"PERSON": 1.0})


def test_a_new_layer_changes_next_to_nothing_until_it_has_learnt(nlp, texts, tmp_path):
    network, moves = shallow.cut_out(nlp, shallow.depth_of(nlp)), shallow.Moves(nlp.get_pipe("decode"))
    deeper = len(network.layers) + 1
    shallow.deepen(network, deeper)
    shallow.write(MODEL, network, moves, tmp_path / "deeper")
    found = student.load_plain(tmp_path / "deeper")
    assert shallow.depth_of(found) == deeper
    pairs = zip(entities(found, texts), entities(nlp, texts), strict=True)
    same, either = map(sum, zip(*((len({*a} & {*b}), len({*a} | {*b})) for a, b in pairs), strict=True))
    assert same > 0.97 * either
