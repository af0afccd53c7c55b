"""The teacher's windows and tags, and its word weighed with the pipeline's. Needs PyTorch (extra `train`), no weights."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.pipeline import MODEL, load_weights
from nlp.records import LABELS

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra `train`")

from nlp.training import joining, teacher  # noqa: E402
from nlp.training.lessons import TAGS, Taught, load_taught  # noqa: E402
from nlp.training.workers import Meeting  # noqa: E402

PER, ORG = LABELS.index("PER"), LABELS.index("ORG")


def chances_of(count, spans, sure):
    chances = np.full((count, len(TAGS)), (1 - sure) / (len(TAGS) - 1), dtype=np.float32)
    chances[:, 0] = sure
    for start, end, label in spans:
        chances[start:end, 0] = (1 - sure) / (len(TAGS) - 1)
        chances[start, 1 + 2 * label] = sure
        chances[start + 1 : end, 2 + 2 * label] = sure
    return chances


def taught(count, spans, sure=0.95, ends=None):
    attributes = np.arange(count * 4, dtype=np.uint64).reshape(count, 4)
    forms = np.zeros(count, dtype=np.uint8)
    array = np.array(spans, dtype=np.int64).reshape(-1, 3)
    return Taught(
        attributes, forms, chances_of(count, spans, sure).astype(np.float16), array, np.array(ends or [count])
    )


def test_windows_hold_every_word_once_in_their_order():
    words = [(7, 8)] * 900
    windows = list(teacher.cut(words, range(900)))
    assert [tag for window in windows for tag in window.tags] == list(range(900))
    assert all(len(window.pieces) <= teacher.WINDOW for window in windows)
    assert all(window.pieces[head] == 7 for window in windows for head in window.heads)


def test_windows_that_overlap_leave_no_word_out():
    seen = {
        window.first + n
        for window in teacher.cut([(3,)] * 700, [0] * 700, overlap=0.2)
        for n in range(len(window.heads))
    }
    assert seen == set(range(700))


def test_the_likeliest_tags_never_go_on_with_what_did_not_begin():
    chances = chances_of(4, [(1, 3, PER)], 0.9)
    chances[1, 1 + 2 * PER], chances[1, 2 + 2 * ORG] = 0.4, 0.5  # an I-ORG that follows nothing
    assert joining.likeliest(chances) == [(1, 3, PER)]


def test_a_sure_teacher_adds_a_name_and_an_unsure_one_does_not():
    own = taught(10, [(5, 6, ORG)], ends=[6, 10])
    sure = joining.joined(own, taught(10, [(1, 3, PER), (5, 6, ORG)], 0.99, [6, 10]))
    assert sure.spans.tolist() == [[1, 3, PER], [5, 6, ORG]]
    assert sure.chances[1, 1 + 2 * PER] > 0.5
    unsure = joining.joined(own, taught(10, [(1, 3, PER), (5, 6, ORG)], 0.6, [6, 10]))
    assert unsure.spans.tolist() == [[5, 6, ORG]]


def test_texts_that_the_teacher_has_not_read_stay_as_they_are():
    own = taught(10, [(2, 3, PER), (8, 10, ORG)], ends=[6, 10])
    both = joining.joined(own, Taught(*(value[:6] for value in vars(taught(6, [(0, 1, PER)])).values())))
    assert both.spans.tolist()[-1] == [8, 10, ORG]
    assert np.array_equal(both.chances[6:], own.chances[6:])


def test_other_texts_are_refused():
    own, others = taught(6, []), taught(6, [])
    others.attributes[0] = 99
    with pytest.raises(ValueError, match="other texts"):
        joining.joined(own, others)


def test_what_a_stopped_run_kept_is_gone_on_from(tmp_path):
    layers, others = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    teacher.keep(layers, 80, tmp_path / "teacher.pt")
    assert [file.name for file in tmp_path.iterdir()] == ["teacher.pt"]
    assert teacher.load_kept(others, tmp_path / "teacher.pt") == 80
    assert torch.equal(layers.weight, others.weight)
    values = [torch.zeros(2)]
    assert Meeting(values, 100, 80).gone() == pytest.approx(0.8)
    assert Meeting(values, 100, 80).share_of_peak() == pytest.approx(0.22)  # it falls towards the end of all steps


def test_texts_that_are_labelled_are_not_labelled_again(tmp_path, monkeypatch):
    texts = ["Tarjo pulang.", "Wibawa ikut.", "Ambar menyusul ke rumah."]
    read = []

    def probabilities(_lower, _uppers, docs):
        read.extend(docs)
        return [np.full((len(words), len(TAGS)), 1 / len(TAGS), dtype=np.float32) for words in docs]

    class Now:
        """A pool of processes that is none, so that what is read can be counted."""

        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda *_: None  # noqa: E731
        imap = staticmethod(map)

    nlp = load_weights(MODEL)
    monkeypatch.setattr(teacher, "load_weights", lambda _: nlp)
    monkeypatch.setattr(teacher, "load_teachers", lambda _: (None, None, []))
    monkeypatch.setattr(teacher, "pieces_of", lambda doc, _: [(1,)] * len(doc))
    monkeypatch.setattr(teacher, "probabilities", probabilities)
    monkeypatch.setattr(teacher, "get_context", lambda _: type("Context", (), {"Pool": lambda *_: Now()}))
    for count, seen in ((2, 2), (3, 3), (3, 3)):
        monkeypatch.setattr(teacher, "texts_to_label", lambda words, _: texts[:words])
        teacher.label([], count, tmp_path / "taught.npz", None)
        assert len(read) == seen
    kept = load_taught(tmp_path / "taught.npz")
    assert kept.ends.tolist() == np.cumsum([len(nlp.make_doc(text)) for text in texts]).tolist()
