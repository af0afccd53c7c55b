"""Assembling the tagger: trained weights from nlp/model, rule components from nlp/config/pipeline.cfg."""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language
from spacy.util import load_config
from thinc.api import use_ops

from nlp import language
from nlp.components import factories
from nlp.fast import quicken
from nlp.plain import plain

# spaCy asks for the language and for the components by name.
language.register()
factories.register()

HERE = Path(__file__).resolve().parent
MODEL = HERE / "model"
CONFIG = HERE / "config" / "pipeline.cfg"
# Characters of one document; spaCy's default of one million guards against parsers that we don't use.
MAX_LENGTH = 20_000_000


def load(path: Path | None = None) -> Language:
    """The whole pipeline with the weights in `path` (default: the shipped ones).

    Raises FileNotFoundError naming the folder when there are no weights.
    """
    nlp = load_weights(path or MODEL)
    if not plain():
        quicken(nlp)
    return add_rules(nlp)


def load_weights(folder: Path) -> Language:
    """The statistical components as spaCy makes them, with numpy's BLAS for the products of matrices.

    The kernels of BLIS, which thinc takes if not told, are generic in its wheel on some processors, and far slower.
    Raises FileNotFoundError naming the folder when there are no weights.
    """
    if not (folder / "config.cfg").is_file():
        raise FileNotFoundError(f"{folder}: holds no trained model; `make train` makes one")
    with use_ops("numpy", use_blis=False):
        return spacy.load(folder, exclude=["tokenizer"])  # the language has made the same already


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
