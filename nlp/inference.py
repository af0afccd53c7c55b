"""How the trained layers are computed when they only predict: the same entities in less time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from spacy.language import Language
from thinc.api import Model, NumpyOps, Ops, chain
from thinc.types import Ragged

PROBE = (
    "Wali Kota Surabaya menandatangani nota kesepahaman dengan Kementerian Perhubungan di Jakarta, Rabu (3/12/2025)."
)
MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64)


def compute_quickly(nlp: Language) -> None:
    """Change the layers of a loaded pipeline. Guarded by a probe: where its entities change, all stays as it was."""
    before = _entities(nlp)
    tok2vec: Any = nlp.get_pipe("tok2vec")
    undo = [*use_numpy(nlp), *_embed_once(tok2vec.model)]
    if _entities(nlp) != before:
        for step in reversed(undo):
            step()


def _entities(nlp: Language) -> list[tuple[int, int, str]]:
    return [(e.start, e.end, e.label_) for e in nlp(PROBE).ents]


def use_numpy(nlp: Language) -> list[Callable[[], None]]:
    """Let numpy's BLAS do the products: on processors that BLIS's wheel has no kernel for it is far faster."""
    undo: list[Callable[[], None]] = []

    def replace(node: Model, ops: Ops) -> None:
        undo.append(partial(setattr, node, "ops", node.ops))
        node.ops = ops

    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        for node in model.walk() if isinstance(model, Model) else ():
            replace(node, NumpyOps(use_blis=False))
    return undo


def _embed_once(tok2vec: Model) -> list[Callable[[], None]]:
    """Let the embedding compute equal tokens of a batch once: of 3,000 words a third is left.

    Its first layers only gather the tokens' attributes, the last one parts the documents again
    (spacy.MultiHashEmbed.v2); an embedding that is made otherwise is left as it is.
    """
    embed = tok2vec.layers[0]
    layers = list(embed.layers)
    if [layer.name for layer in layers[:2]] != ["extract_features", "list2ragged"] or len(layers) != 5:
        return []
    *gather, hashes, mix, part = layers
    embed._layers = [*gather, Model("embed_once", _embed_unique, layers=[chain(hashes, mix)]), part]
    return [partial(setattr, embed, "_layers", layers)]


def _embed_unique(model: Model, tokens: Ragged, is_train: bool) -> tuple[Ragged, Callable[[Ragged], Ragged]]:
    attributes: Any = tokens.dataXd  # a row a token, of 64-bit hashes
    keys: Any = (attributes * MIX[: attributes.shape[1]]).sum(axis=1, dtype=np.uint64)
    _, first, back = np.unique(keys, return_index=True, return_inverse=True)
    lengths: Any = np.array([len(first)], dtype=np.int32)
    vectors, backward = model.layers[0](Ragged(attributes[first], lengths), is_train)
    found: Any = vectors.dataXd
    return Ragged(found[back], tokens.lengths), backward
