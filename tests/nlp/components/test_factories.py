"""The components by their factory names: what the configuration asks for, spaCy finds, in the order of the table."""

from __future__ import annotations

from spacy.util import load_config

from nlp.components import factories
from nlp.language import IndonesianNews
from nlp.pipeline import CONFIG, add_rules


def test_the_pipeline_is_what_the_table_of_factories_lists():
    factories.register()  # a second time
    nlp = add_rules(IndonesianNews())
    assert [nlp.get_pipe_meta(name).factory for name in nlp.pipe_names] == list(factories.FACTORIES)
    for name, component in nlp.pipeline:
        assert type(component) is factories.FACTORIES[nlp.get_pipe_meta(name).factory]


def test_every_component_of_the_configuration_is_in_the_pipeline():
    config = load_config(CONFIG)
    assert [*config["pipeline"]["before"], *config["pipeline"]["after"]] == list(config["components"])
