"""Learn what is an agreement, who its parties are, when it was signed and where it stands.

    python -m nlp.training.agreements

Writes nlp/model/agreements.json. Learns from the agreements of all annotated sets but dev and dev2, with the shipped
tagger's own mentions (the parties, dates and statuses also with the annotated ones), in some three minutes of CPU. Each
judge learns from what the judges before it say of documents that they have not seen: all is learnt FOLDS times, each
time without the outlets of one fold. The figures of that cross-validation go to evals/agreements.json.

Run it again whenever the network or a feature changes (`make train` does; a test says when it is due).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

import nlp
from nlp.as_json import document_from_json
from nlp.components.agreements import anchors, bodies, judging
from nlp.components.agreements.component import AgreementTagger, spans_of
from nlp.components.agreements.instruments import SHORT_FORMS, Group, party_key
from nlp.components.agreements.learnt import WEIGHTS, Floats, network_digest, vectors_of
from nlp.components.agreements.lists import joined
from nlp.components.agreements.party_names import party_text
from nlp.components.agreements.weighing import LEAST_GROUP, Weighing, is_told
from nlp.document import body_start, forget_entities, index_entities
from nlp.records import AGREEMENT_STATUSES, Agreement
from nlp.tag import prepared
from nlp.training.gold import SHARED, gold_entities, occurrences, read_own, read_split
from nlp.training.trees import Fitted, Model, fit, fit_votes

SETS = ("train", "train2", "train3", "train4", "written", "own")
JUDGED = SETS[:4]  # `written` and `own` are learnt from, but figures on texts of one's own making flatter
FOLDS = 8
FEATURES = {
    "anchor": anchors.FEATURES,
    "group": judging.GROUP_FEATURES,
    "party": bodies.FEATURES,
    "date": judging.DATE_FEATURES,
    "status": judging.STATUS_FEATURES,
}
EVALS = Path(__file__).resolve().parent / "evals" / "agreements.json"

Row = Mapping[str, Any]


@dataclass
class Example:
    """One document with its annotation, and what has been read of it so far."""

    split: str
    given: bool  # whether the mentions are the annotated ones
    document: Row
    gold: Row
    doc: Doc
    fold: int
    found: list[anchors.Anchor] = field(default_factory=list)
    weighing: Weighing | None = None
    matches: list[Row | None] = field(default_factory=list)


@cache
def scorer() -> Any:
    """../shared/tools/score.py as a module: what counts as the same party is said there."""
    spec = spec_from_file_location("pantau_score", SHARED / "tools" / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{SHARED}/tools/score.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_examples(model: Language, splits: Sequence[str]) -> list[Example]:
    """The documents with anchors or agreements, once with the tagger's mentions and once with the annotated ones."""
    rows = [(split, *pair) for split in splits for pair in _pairs(split)]
    folds = folds_of([(split, document) for split, document, _ in rows])
    before = model.pipe_names.index("agreements")
    tagger, found = AgreementTagger(), []
    for (split, document, gold), fold in zip(rows, folds, strict=True):
        doc = prepared(model, document_from_json(document))
        for _, component in model.pipeline[:before]:
            doc = component(doc)
        variants = [(False, doc)]
        if "mentions" in gold and "mentions" in gold.get("layers", ("mentions",)):
            given = prepared(model, document_from_json(document))
            given = model.get_pipe("sentences")(given)
            given.tensor = doc.tensor
            given.set_ents(gold_entities(given, document, gold))
            variants.append((True, given))
        for is_given, variant in variants:
            example = Example(split, is_given, document, gold, variant, fold, tagger.anchors(variant))
            if example.found or gold["agreements"]:
                found.append(example)
    return found


def _pairs(split: str) -> Iterator[tuple[Row, Row]]:
    return read_own() if split == "own" else read_split(split)


def folds_of(rows: Sequence[tuple[str, Row]]) -> list[int]:
    """The fold of each document: an outlet's are in one, those of `written` and `own`, of no real one, in any."""
    hosts = [urlsplit(document.get("url") or "").netloc for _, document in rows]
    sizes, home = [0] * FOLDS, {}
    for host, count in Counter(h for (split, _), h in zip(rows, hosts, strict=True) if split in JUDGED).most_common():
        home[host] = sizes.index(min(sizes))
        sizes[home[host]] += count
    return [
        home[host] if split in JUDGED else zlib.crc32(str(document["id"]).encode()) % FOLDS
        for (split, document), host in zip(rows, hosts, strict=True)
    ]


def learn(examples: list[Example]) -> dict[str, Fitted]:
    """The judges with what each says of documents it has not seen, in the order of `rows_of`; fills in the examples."""
    judges: dict[str, Fitted] = {}
    judges["anchor"] = _learn_anchors(examples)
    tagger, at = AgreementTagger(), 0
    for example in examples:
        likely = judges["anchor"][1][at : at + len(example.found)]
        at += len(example.found)
        index_entities(example.doc, list(example.doc.ents))
        example.weighing = Weighing(example.doc, tagger.mentions(example.doc, example.found, likely))
        example.matches = list(match_groups(example))
    judges["group"] = _learn_groups(examples)
    judges["party"] = _learn_parties(examples)
    judges["date"] = _learn_dates(examples)
    judges["status"] = _learn_statuses(examples, judges["date"][1])
    return judges


def groups_in(examples: Sequence[Example]) -> Iterator[tuple[Example, Weighing, Group, Row | None]]:
    """(document, its groups, a group, the annotated agreement that it tells of), one group after another."""
    for example in examples:
        if example.weighing is not None:
            for group, match in zip(example.weighing.groups, example.matches, strict=True):
                yield example, example.weighing, group, match


def _learn_anchors(examples: Sequence[Example]) -> Fitted:
    rows, vectors, right, folds, counts = [], [], [], [], []
    for example in examples:
        index_entities(example.doc, list(example.doc.ents))
        rows += anchors.features(example.found)
        found = vectors_of(example.doc, spans_of(example.found))
        vectors += [] if found is None else list(found)
        right += anchor_labels(example)
        folds += [example.fold] * len(example.found)
        counts += [not example.given] * len(example.found)
        forget_entities(example.doc)
    return fit(Model(trees=120, leaf=8, seeds=2), rows, vectors, right, folds, counts)


def anchor_labels(example: Example) -> list[bool]:
    """Whether each anchor is an annotated AGR; where mentions are not annotated, whether it names an agreement."""
    layers = example.gold.get("layers", ("mentions",))
    offset, document = body_start(example.doc._.title), example.document
    if "mentions" in layers:
        fields = ((document["title"] or "", 0), (document["text"], offset))
        spans = [
            (start + shift, end + shift)
            for text, shift in fields
            for start, end, label in occurrences(text, example.gold["mentions"])
            if label == "AGR"
        ]
        return [any(s < a.span.end_char and e > a.span.start_char for s, e in spans) for a in example.found]
    names = " ".join(told["text"].lower() for told in example.gold["agreements"])
    kinds = {told["type"] for told in example.gold["agreements"]}
    return [a.type in kinds and (a.source == 2 or a.span.text.lower() in names) for a in example.found]


def match_groups(example: Example) -> list[Row | None]:
    """For each group the annotated agreement of its type that it tells of: that of its parties first, else any."""
    weighing, score = example.weighing, scorer()
    assert weighing is not None
    brackets = score.explained(example.document)
    left = list(example.gold["agreements"])
    found: list[Row | None] = [None] * len(weighing.groups)
    for step in (_same_list, _shares_party, None):
        for number, group in enumerate(weighing.groups):
            for told in left if found[number] is None else ():
                if told["type"] == group[0].type and (step is None or step(weighing, group, told, brackets)):
                    found[number] = told
                    left.remove(told)
                    break
    return found


def _same_list(weighing: Weighing, group: Group, told: Row, brackets: Any) -> bool:
    names = weighing.listed(group)[0]
    return bool(names) and bool(scorer().equal_parties({"parties": names}, told, brackets))


def _shares_party(weighing: Weighing, group: Group, told: Row, brackets: Any) -> bool:
    sentences = {weighing.bodies.sentence_of(mention.span.start) for mention in group}
    forms = [scorer().party_forms(party, brackets) for party in told["parties"]]
    for body in weighing.bodies.found.values():
        if sentences & {occurrence.sentence for occurrence in body.occurrences}:
            own = scorer().party_forms(party_text(body.occurrences[0].span), brackets)
            if any(own & others for others in forms):
                return True
    return False


def _learn_groups(examples: Sequence[Example]) -> Fitted:
    rows, vectors, right, folds, counts = [], [], [], [], []
    for example in examples:
        weighing = example.weighing
        assert weighing is not None
        rows += weighing.rows
        found = [weighing.vectors(group) for group in weighing.groups]
        vectors += [vector[0] for vector in found if vector is not None]
        right += [match is not None for match in example.matches]
        folds += [example.fold] * len(found)
        counts += [not example.given] * len(found)
    return fit(Model(trees=80, leaf=8, seeds=2, calibrated=True), rows, vectors, right, folds, counts)


def _learn_parties(examples: Sequence[Example]) -> Fitted:
    rows, right, folds, counts = [], [], [], []
    for example, weighing, group, match in groups_in(examples):
        near, found = weighing.party_features(group)
        rows += found
        right += party_labels(example, near, match)
        folds += [example.fold] * len(near)
        counts += [match is not None] * len(near)
    return fit(Model(trees=150, leaf=10, seeds=2), rows, None, right, folds, counts)


def party_labels(example: Example, near: Sequence[bodies.Body], match: Row | None) -> list[bool]:
    """Whether each body is a party of the annotated agreement."""
    short_forms = example.doc.user_data[SHORT_FORMS]
    parties = match["parties"] if match else ()
    wanted = set().union(
        *(_forms(party) | {party_key(name, short_forms) for name in (party, party.split(" (")[0])} for party in parties)
    )
    return [
        bool(wanted & ({body.key} | set().union(*(_forms(party_text(o.span)) for o in body.occurrences[:5]))))
        for body in near
    ]


def _forms(party: str) -> set[str]:
    """The scorer's forms of a name, without those that only a bracket makes of a company's or country's form."""
    forms: set[str] = scorer().party_forms(party, {})
    return forms if len(forms) == 1 else forms - {"indonesia", "tbk", "persero"}


def _learn_dates(examples: Sequence[Example]) -> Fitted:
    rows, right, folds, counts = [], [], [], []
    for example, weighing, group, match in groups_in(examples):
        rows += weighing.date_features(group)
        right += [match is not None and match["date"] == found.iso for found in weighing.dates]
        folds += [example.fold] * len(weighing.dates)
        counts += [match is not None] * len(weighing.dates)
    return fit(Model(trees=80, leaf=10, rate=0.06, seeds=2), rows, None, right, folds, counts)


def _learn_statuses(examples: Sequence[Example], dated: Floats) -> Fitted:
    """Learnt as if nothing were in force only because it is old: that is what `Weighing.chosen_status` decides."""
    rows, right, folds, at = [], [], [], 0
    for example, weighing, group, match in groups_in(examples):
        date = weighing.chosen_date(group, dated[at : at + len(weighing.dates)])
        at += len(weighing.dates)
        rows.append(weighing.status_features(group, date))
        status = match["status"] if match else ""
        age = judging.days_between(match["date"], weighing.reference) if match and match["date"] else None
        old = status == "berlaku" and age is not None and age > judging.OLD
        right.append(AGREEMENT_STATUSES.index("ditandatangani" if old else status) if status else -1)
        folds.append(example.fold)
    return fit_votes(rows, right, folds, len(AGREEMENT_STATUSES), judging.STATUS_DISTANCES)


def predictions(examples: Sequence[Example], judges: Mapping[str, Fitted]) -> dict[int, list[dict[str, Any]]]:
    """By the example's id() the agreements that judges who have not seen it find."""
    found: dict[int, list[list[Agreement]]] = {id(example): [] for example in examples}
    at = Counter({"group": 0, "party": 0, "date": 0})
    for example, weighing, group, _ in groups_in(examples):
        near = weighing.bodies.near(group)
        likely = judges["group"][1][at["group"]]
        parties = judges["party"][1][at["party"] : at["party"] + len(near)]
        date = weighing.chosen_date(group, judges["date"][1][at["date"] : at["date"] + len(weighing.dates)])
        votes = judges["status"][1][at["group"]]
        at.update({"group": 1, "party": len(near), "date": len(weighing.dates)})
        status = weighing.chosen_status(AGREEMENT_STATUSES[int(np.argmax(votes))], date)
        if likely >= LEAST_GROUP:
            names = weighing.chosen(group, near, parties, *weighing.listed(group))
            told = weighing.told(group, likely, names, date, status)
            found[id(example)] += [told] if is_told(told) else []
    return {key: [vars(agreement) for agreement in joined(told)] for key, told in found.items()}


def figures(
    examples: Sequence[Example], found: Mapping[int, Any], splits: Sequence[str], *, given: bool
) -> dict[str, Any]:
    """What ../shared/tools/score.py says of the agreements found in these splits; documents without any count, too."""
    chosen = [e for e in examples if e.split in splits and e.given == given]
    known = {(e.split, e.document["id"]): found[id(e)] for e in chosen}
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("docs", "gold", "predicted")]
        files = [path.open("w", encoding="utf-8") for path in paths]
        for split in splits:
            for document, gold in _pairs(split):
                name = f"{split} {document['id']}"
                told = {
                    "mentions": [],
                    "officials": [],
                    "places": [],
                    "agreements": known.get((split, document["id"]), []),
                }
                layers = {**gold, "layers": ["agreements"], "officials": [], "mentions": {}, "places": []}
                for file, row in zip(files, (document, layers, told), strict=True):
                    file.write(json.dumps({**row, "id": name}) + "\n")
        for file in files:
            file.close()
        command = [sys.executable, str(SHARED / "tools" / "score.py"), *map(str, paths), "--json"]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {name: value for name, value in told.items() if name.startswith("agreements.")}


def surest(examples: Sequence[Example], judges: Mapping[str, Fitted], splits: Sequence[str]) -> dict[str, float]:
    """How many agreements are surer than .8, and the share of these that are annotated, too."""
    told = zip(groups_in(examples), judges["group"][1], strict=True)
    sure = [match is not None for (e, _, _, match), p in told if p > 0.8 and e.split in splits and not e.given]
    return {"rows": len(sure), "right": round(sum(sure) / max(1, len(sure)), 4)}


def main(argv: list[str] | None = None) -> int:
    """Learn, write the weights and the figures."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args(argv)
    examples = read_examples(nlp.load(), SETS)
    judges = learn(examples)
    models = {name: values for name, (values, _) in judges.items()}
    told_of = {"network": network_digest(), "features": FEATURES, "models": models}
    WEIGHTS.write_text(json.dumps(told_of, separators=(",", ":")) + "\n", encoding="utf-8")
    found = predictions(examples, judges)
    told: dict[str, Any] = {
        "+".join(JUDGED): figures(examples, found, JUDGED, given=False),
        **{split: figures(examples, found, (split,), given=False) for split in SETS},
        "mentions given: train+train3+train4": figures(examples, found, ("train", "train3", "train4"), given=True),
        "surer than .8, all": surest(examples, judges, JUDGED),
        "surer than .8, train2": surest(examples, judges, ("train2",)),
    }
    for name, values in told.items():
        print(
            name,
            {
                key.removeprefix("agreements."): v.get("f1", v) if isinstance(v, dict) else v
                for key, v in values.items()
            },
        )
    EVALS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
