"""Assembling the tagger: trained weights from nlp/model, rule components from nlp/config/pipeline.cfg."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import spacy
from spacy.attrs import IS_PUNCT, IS_SPACE, LOWER, NORM, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.util import load_config

from nlp import language
from nlp.components import factories
from nlp.fast import decode  # noqa: F401
from nlp.fast.network import compute_quickly

# spaCy asks for the language and for the components by name.
language.register()
factories.register()

HERE = Path(__file__).resolve().parent
MODEL = HERE / "model"
CONFIG = HERE / "config" / "pipeline.cfg"
MAX_LENGTH = (
    20_000_000  # characters of one document; spaCy's default of one million guards against parsers we don't use
)

# Words, with the marks beside them, whose tokens are remembered: spaCy's 10,000 are soon full, and splitting the others
# anew at every use is most of the tokenizer's time. 10 MB more.
TOKENIZED = 50_000
# What the network and the rules read of a word. spaCy works out sixteen more for every new one (like_url, is_stop), a
# quarter of the tokenizer's time over articles read once; in a loaded pipeline they are False.
READ = frozenset((LOWER, NORM, PREFIX, SUFFIX, SHAPE, IS_PUNCT, IS_SPACE))


def load(path: Path | None = None) -> Language:
    """The whole pipeline with the weights in `path` (default: the shipped ones).

    Raises FileNotFoundError naming the folder when there are no weights.
    """
    folder = path or MODEL
    if not (folder / "config.cfg").is_file():
        raise FileNotFoundError(f"{folder}: holds no trained model; `make train` makes one")
    nlp = spacy.load(folder, exclude=["tokenizer"])  # the language has made the same already
    vocab: Any = nlp.vocab  # its stub lacks the getters
    vocab.lex_attr_getters = {attribute: get for attribute, get in vocab.lex_attr_getters.items() if attribute in READ}
    nlp.tokenizer.max_cache_size = TOKENIZED  # type: ignore[union-attr]  # spaCy types it as any callable
    compute_quickly(nlp)
    nlp.add_pipe("pantau_decode", name="decode", after="ner")
    nlp.disable_pipe("ner")  # the decoder finds the same with its model, quicker
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
