"""A teacher for the tagger's network: multilingual-e5-small, fine-tuned on the annotated documents, labels the corpus.

    python -m nlp.training.teacher train [--passes N] [--copies N] [--seed N] [--leave-out X]
    python -m nlp.training.teacher label [--words N] [--output FILE] [--leave-out X]
    python -m nlp.training.teacher join [--output FILE] [--heard LABEL ...]

The encoder has read a hundred languages, so it knows more of names than our annotated documents can tell. Its lowest
layers stay as they are: what they make of the annotated documents is computed once. The layers above learn the tags;
the topmost ones, which were made for whole sentences, are left away. `join` weighs what the teacher says of the corpus
with what the pipeline says of it (silver.py). Training needs nothing of the product but the
tokenizer, and the product needs nothing of this.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from spacy import Language
from spacy.tokens import Doc
from torch import Tensor, nn
from torch.nn import functional

from nlp.pipeline import MODEL, load_weights
from nlp.records import LABELS
from nlp.training.corpora import in_other_case, rename
from nlp.training.e5 import E5File, Encoder, Pieces, model_file
from nlp.training.gold import taught_docs
from nlp.training.joining import HEARD, Floats, joined, likeliest
from nlp.training.lessons import RUNS, TAGS, columns_of, in_a_row, load_taught, save, taught
from nlp.training.silver import texts_to_label
from nlp.training.workers import TOGETHER, WORKERS, Meeting

FIXED, TOP = 4, 8  # the layers that stay as they are, and how many are used in all
WINDOW = 200  # pieces that the encoder sees at once
MOST_PIECES = 10  # of a word; its further pieces are not read
PIECES_A_STEP = 1_024  # of a worker, padding included
RATE, HEAD_RATE = 2e-4, 2e-3  # the highest learning rates: of the layers, of the tags' scores
DROPOUT = 0.1
SHOWN = 40  # steps a line
KEPT_AFTER = 80  # steps
SAVED_AFTER = 40  # batches of texts that are labelled


@dataclass(frozen=True)
class Window:
    """Some words of a text in a row.

    pieces  their pieces, between the ids of the beginning and the end
    heads   where the first piece of each word stands
    first   which word of the text is the first
    tags    the number of each word's tag
    """

    pieces: list[int]
    heads: list[int]
    first: int
    tags: list[int]


class Upper(nn.Module):
    """The layers that learn, and the scores of the tags."""

    def __init__(self, encoder: Encoder) -> None:
        """Take the layers from the encoder; the scores begin at random."""
        super().__init__()
        self.layers = encoder.layers[FIXED:TOP]
        self.scores = nn.Linear(encoder.word.embedding_dim, len(TAGS))

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """(batch, length, hidden) and (batch, length) -> scores (batch, length, tags)."""
        for layer in self.layers:
            states = layer(states, mask[:, None, None, :])
        scores: Tensor = self.scores(functional.dropout(states, DROPOUT, self.training))
        return scores


class Lower:
    """The part of the encoder that stays as it is."""

    def __init__(self, encoder: Encoder) -> None:
        """Use the encoder's layers, without dropout."""
        self.encoder = encoder.eval()

    def __call__(self, windows: Sequence[Window]) -> tuple[Tensor, Tensor]:
        """(states, mask) of windows, padded to the longest."""
        length = max(len(window.pieces) for window in windows)
        ids = torch.ones(len(windows), length, dtype=torch.long)
        for row, window in enumerate(windows):
            ids[row, : len(window.pieces)] = torch.tensor(window.pieces)
        mask, encoder = ids != 1, self.encoder
        with torch.no_grad():
            states = encoder.norm(encoder.word(ids) + encoder.position[:length] + encoder.kind)
            for layer in encoder.layers[:FIXED]:
                states = layer(states, mask[:, None, None, :])
        return states, mask


def cut(
    words: Sequence[tuple[int, ...]], tags: Sequence[int], overlap: float = 0.0, start: int = 0
) -> Iterator[Window]:
    """Cut a text, each word given as its pieces, into windows.

    overlap  the share of a window that the next one sees again
    start    how many pieces shorter the first window is
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
        yield Window([*pieces, 2], heads, at, list(tags[at:end]))
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


def tags_of(doc: Doc) -> list[int]:
    """The tag of every token of an annotated Doc."""
    return [TAGS.index(f"{token.ent_iob_}-{token.ent_type_}") if token.ent_type_ else 0 for token in doc]


def in_batches(windows: Iterable[Window], most: int = PIECES_A_STEP) -> Iterator[list[Window]]:
    """Windows in a row, as many together as fit when all are padded to the longest."""
    batch: list[Window] = []
    for window in windows:
        longest = max(len(w.pieces) for w in (*batch, window))
        if batch and longest * (len(batch) + 1) > most:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def annotated_windows(nlp: Language, pieces: Pieces, copies: int, leave_out: str | None) -> list[list[Window]]:
    """The annotated documents in batches of about equal length: as they are, and `copies` - 1 times in other forms."""
    gold = taught_docs(nlp, leave_out)
    found = []
    for copy in range(copies):
        for doc in gold:
            used = in_other_case(nlp, rename(nlp, doc)) if copy % 2 else doc
            start = random.randrange(WINDOW - 40) if copy else 0
            found += list(cut(pieces_of(used, pieces), tags_of(used), start=start))
    found.sort(key=lambda window: len(window.pieces) + random.randrange(16))
    return [*in_batches(found)]


def learn(
    upper: Upper, batches: Sequence[list[Window]], lower: Lower, passes: float, seed: int, kept_in: Path | None = None
) -> None:
    """Teach the upper layers, WORKERS at a time; in place.

    kept_in  the file that keeps the layers every KEPT_AFTER steps; what it has already is gone on from, with the rate
             of that step and `passes` as they are told now
    """
    made = load_kept(upper, kept_in) if kept_in is not None and kept_in.exists() else 0
    values = list(upper.parameters())
    for value in values:
        value.data = value.data.clone().share_memory_()
    meeting = Meeting(values, int(passes * len(batches) / WORKERS), made)
    if meeting.gone() < 1:
        meeting.run(_work, upper, batches, lower, seed + made, kept_in)


def load_kept(upper: Upper, file: Path) -> int:
    """Give the layers what a file keeps of them; the steps that each worker had made."""
    kept = torch.load(file, weights_only=True)
    upper.load_state_dict(kept["layers"])
    return int(kept["made"])


def keep(upper: Upper, made: int, file: Path) -> None:
    """Keep the layers and the steps that each worker has made; a run that is stopped meanwhile leaves the old file."""
    part = file.with_name(file.name + ".part")
    torch.save({"layers": upper.state_dict(), "made": made}, part)
    part.replace(file)


def _work(
    rank: int,
    meeting: Meeting,
    upper: Upper,
    batches: Sequence[list[Window]],
    lower: Lower,
    seed: int,
    kept_in: Path | None,
) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(seed * WORKERS + rank)
    values = list(upper.parameters())
    final = [value.data for value in values]
    for value in values:
        value.data = value.data.clone()
    heads = list(upper.scores.parameters())
    groups = [{"params": list(upper.layers.parameters()), "peak": RATE}, {"params": heads, "peak": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    order, mine = random.Random(seed), [*range(rank, len(batches) - len(batches) % WORKERS, WORKERS)]
    kept: dict[int, tuple[Tensor, Tensor]] = {}
    upper.train()
    step, lost, began = 0, 0.0, time.time()
    while meeting.gone() < 1:
        order.shuffle(mine)
        for at in mine:
            step += 1
            if at not in kept:
                states, mask = lower(batches[at])
                kept[at] = states.half(), mask
            states, mask = kept[at]
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * meeting.share_of_peak()
            loss = loss_of(upper(states.float(), mask), batches[at])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(values, 1.0)
            optimizer.step()
            lost += loss.item()
            if step % TOGETHER == 0:
                meeting.meet(rank, values)
                if meeting.gone() >= 1:
                    break
                if rank == 0 and kept_in is not None and step % KEPT_AFTER == 0:
                    keep(upper, int(meeting.made[0]), kept_in)
            if rank == 0 and step % SHOWN == 0:
                line = f"{step}/{meeting.steps} steps, loss {lost / SHOWN:.4f}, {time.time() - began:.0f} s"
                print(line, file=sys.stderr, flush=True)
                lost = 0.0
    if rank == 0:
        for target, value in zip(final, values, strict=True):
            target.copy_(value.data)


def loss_of(scores: Tensor, windows: Sequence[Window]) -> Tensor:
    """Cross entropy of the words' tags, of a word at its first piece."""
    rows = torch.tensor([row for row, window in enumerate(windows) for _ in window.heads])
    places = torch.tensor([place for window in windows for place in window.heads])
    tags = torch.tensor([tag for window in windows for tag in window.tags])
    return functional.cross_entropy(scores[rows, places], tags)


def probabilities(lower: Lower, uppers: Sequence[Upper], docs: Sequence[list[tuple[int, ...]]]) -> list[Floats]:
    """The probability of each tag for each word of some texts: the mean over teachers and overlapping windows."""
    windows = [
        (text, window) for text, words in enumerate(docs) for window in cut(words, [0] * len(words), overlap=0.2)
    ]
    windows.sort(key=lambda pair: len(pair[1].pieces))
    owner = {id(window): text for text, window in windows}
    totals = [np.zeros((len(words), len(TAGS)), dtype=np.float32) for words in docs]
    for batch in in_batches((window for _, window in windows), 2_048):
        states, mask = lower(batch)
        with torch.no_grad():
            chances = sum(upper(states, mask).softmax(-1) for upper in uppers)
        for row, window in enumerate(batch):
            total = totals[owner[id(window)]]
            total[window.first : window.first + len(window.heads)] += chances[row, window.heads].numpy()
    return [total / np.maximum(total.sum(axis=1, keepdims=True), 1e-9) for total in totals]


_label_with: tuple[Language, Pieces, Lower, list[Upper]] | None = None  # each worker has it from before the fork


def _label(texts: Sequence[str]) -> list[tuple[str, Floats]]:
    assert _label_with is not None
    torch.set_num_threads(1)
    nlp, pieces, lower, uppers = _label_with
    docs = [nlp.make_doc(text) for text in texts]
    return [*zip(texts, probabilities(lower, uppers, [pieces_of(doc, pieces) for doc in docs]), strict=True)]


def label(files: Sequence[Path], words: int, output: Path, leave_out: str | None) -> None:
    """Keep the corpus with the teachers' probabilities in a file of arrays, as student.py reads it.

    What the file already has of the same texts is not labelled again.
    """
    global _label_with
    nlp, (pieces, lower, uppers) = load_weights(MODEL), load_teachers(files)
    _label_with = nlp, pieces, lower, uppers
    texts, columns, began = [*filter(None, texts_to_label(words, leave_out))], columns_of(nlp), time.time()
    parts = [load_taught(output)] if output.exists() else []
    left = texts[sum(len(part.ends) for part in parts) :]
    with get_context("fork").Pool(WORKERS) as pool:
        for number, found in enumerate(pool.imap(_label, [left[at : at + 16] for at in range(0, len(left), 16)]), 1):
            for text, chances in found:
                parts.append(taught(nlp.make_doc(text), columns, chances.astype(np.float16), likeliest(chances)))
            if not number % SAVED_AFTER:
                parts = [in_a_row(parts)]
                save(parts[0], output)
                line = f"{len(parts[0].ends)}/{len(texts)} texts, {time.time() - began:.0f} s"
                print(line, file=sys.stderr, flush=True)
    save(in_a_row(parts), output)


def load_teachers(files: Sequence[Path]) -> tuple[Pieces, Lower, list[Upper]]:
    """Teachers as `train` kept them."""
    file = E5File(model_file())
    uppers = []
    for path in files:
        upper = Upper(Encoder(file))
        load_kept(upper, path)
        uppers.append(upper.eval())
    return Pieces(file), Lower(Encoder(file)), uppers


def main(argv: list[str] | None = None) -> int:
    """Train or label."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "label", "join"))
    parser.add_argument("--passes", type=float, default=2, help="over the annotated documents")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weights", type=Path, nargs="+", default=[RUNS / "teacher.pt"])
    parser.add_argument("--words", type=int, default=700_000)
    parser.add_argument("--output", type=Path, default=RUNS / "taught.npz")
    parser.add_argument("--heard", nargs="+", choices=LABELS, default=HEARD)
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--leave-out")
    arguments = parser.parse_args(argv)
    if arguments.what == "label":
        label(arguments.weights, arguments.words, arguments.output, arguments.leave_out)
        return 0
    if arguments.what == "join":
        own, others = load_taught(RUNS / "silver.npz"), load_taught(arguments.output)
        save(joined(own, others, arguments.heard), RUNS / "joined.npz")
        return 0
    torch.manual_seed(arguments.seed)
    random.seed(arguments.seed)
    file = E5File(model_file())
    encoder, pieces = Encoder(file), Pieces(file)
    batches = annotated_windows(load_weights(MODEL), pieces, arguments.copies, arguments.leave_out)
    count = sum(len(window.pieces) for batch in batches for window in batch)
    print(f"{count} pieces in {len(batches)} batches", file=sys.stderr, flush=True)
    upper = Upper(encoder)
    passes, kept_in = arguments.passes / arguments.copies, arguments.weights[0]
    kept_in.parent.mkdir(exist_ok=True)
    learn(upper, batches, Lower(encoder), passes, arguments.seed, kept_in)
    keep(upper, int(passes * len(batches) / WORKERS), kept_in)
    return 0


if __name__ == "__main__":
    sys.exit(main())
