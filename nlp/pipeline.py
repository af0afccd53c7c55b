"""Assembling the tagger: trained weights from nlp/model, rule components from nlp/config/pipeline.cfg."""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language
from spacy.util import load_config
from thinc.api import Model, NumpyOps, Ops

from nlp import language  # noqa: F401  (registers the language)
from nlp.components import agreements, laws, officials, places, quotes, repair, sentences  # noqa: F401  (register factories)

HERE = Path(__file__).resolve().parent
MODEL = HERE / "model"
CONFIG = HERE / "config" / "pipeline.cfg"
MAX_LENGTH = (
    20_000_000  # characters of one document; spaCy's default of one million guards against parsers we don't use
)
PROBE = (
    "Wali Kota Surabaya menandatangani nota kesepahaman dengan Kementerian Perhubungan di Jakarta, Rabu (3/12/2025)."
)


def load(path: Path | None = None) -> Language:
    """The whole pipeline with the weights in `path` (default: the shipped ones).

    Raises FileNotFoundError naming the folder when there are no weights.
    """
    folder = path or MODEL
    if not (folder / "config.cfg").is_file():
        raise FileNotFoundError(f"{folder}: holds no trained model; `make train` makes one")
    nlp = spacy.load(folder)
    _use_numpy(nlp)
    return add_rules(nlp)


def add_rules(nlp: Language) -> Language:
    """Add the rule components to a pipeline, around its statistical ones."""
    config = load_config(CONFIG)
    for name in reversed(config["pipeline"]["before"]):
        options = dict(config["components"][name])
        nlp.add_pipe(options.pop("factory"), name=name, config=options, first=True)
    for name in config["pipeline"]["after"]:
        options = dict(config["components"][name])
        nlp.add_pipe(options.pop("factory"), name=name, config=options)
    nlp.max_length = MAX_LENGTH
    return nlp


def _use_numpy(nlp: Language) -> None:
    """Let numpy's BLAS do the products: on processors that BLIS's wheel has no kernel for it is far faster.

    Guarded by a probe: where the two disagree on it, the default stays.
    """
    before = [(e.start, e.end, e.label_) for e in nlp(PROBE).ents]
    replaced: list[tuple[Model, Ops]] = []
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        for node in model.walk() if isinstance(model, Model) else ():
            replaced.append((node, node.ops))
            node.ops = NumpyOps(use_blis=False)
    if [(e.start, e.end, e.label_) for e in nlp(PROBE).ents] != before:
        for node, ops in replaced:
            node.ops = ops
