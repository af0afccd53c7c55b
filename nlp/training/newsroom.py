"""Score the shipped pipeline on the sample newsroom, whose articles say themselves what they name.

    python -m nlp.training.newsroom [--check]

Writes nlp/training/evals/newsroom.json. `--check` compares instead of writing: exit code 1 when an F1 has dropped by
more than ALLOWED_DROP. The articles ship with the project and nothing was trained on them, so this gate holds a
contributor who does not have ../shared. What counts as right is what ../shared/tools/score.py counts as right.

The articles are read as files, since `nlp` imports nothing of `crawler`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nlp
from nlp.tag import tag_documents
from nlp.training.evaluate import Figures, write_or_check

ARTICLES = Path(__file__).resolve().parents[2] / "crawler" / "demo" / "articles"
EVALS = Path(__file__).resolve().parent / "evals" / "newsroom.json"
MEASURES = ("officials.name", "officials.role", "places", "agreements.type", "agreements.parties")
ALLOWED_DROP = 0.03  # of an F1: six of the 213 officials, seven of the 242 places, one of the 21 agreements
SECOND_EDITION = ".edisi2"
SAME_ROLE = 0.7  # the share of words (F1) that two posts with their institutions have in common
SAME_PARTIES = 0.5  # the share (Jaccard) of parties that two agreements have in common

Row = Mapping[str, Any]


def read_articles(folder: Path = ARTICLES) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(document, facts) of every Indonesian article, in its last edition; of copies the original alone.

    The document is what `tag_documents` takes; the facts are the front matter: officials, cities (Kemendagri codes),
    agreements.
    """
    last: dict[tuple[str, str], Path] = {}
    for path in sorted(folder.glob("*/*.md"), key=lambda path: (path.stem.endswith(SECOND_EDITION), path)):
        last[path.parent.name, path.stem.removesuffix(SECOND_EDITION)] = path
    for (site, slug), path in sorted(last.items()):
        _, front, text = path.read_text(encoding="utf-8").split("+++\n", 2)
        facts = tomllib.loads(front)
        if facts.get("language", "id") != "id" or "copy_of" in facts:
            continue
        paragraphs = [part.strip().removeprefix("## ") for part in text.split("\n\n")]
        document = {
            "id": f"{site}/{slug}",
            "title": facts["title"],
            "text": "\n\n".join(part for part in paragraphs if part and not part.startswith("[[")),
        }
        if "published" in facts:
            document["published_at"] = facts["published"].isoformat()
        yield document, facts


def score(articles: Sequence[tuple[Row, Row]], rows: Sequence[Row]) -> Figures:
    """Precision, recall and F1 of MEASURES over all articles; `rows` are what the tagger says of each, in order."""
    counts = {name: [0, 0, 0] for name in MEASURES}  # pairs found, named by the articles, said by the tagger
    for (_, facts), row in zip(articles, rows, strict=True):
        for name, gold, said, same in (
            ("officials.name", facts.get("officials", ()), row["officials"], _same_name),
            ("officials.role", facts.get("officials", ()), row["officials"], _same_official),
            ("places", set(facts.get("cities", ())), {p["code"] for p in row["places"] if p["code"]}, str.__eq__),
            ("agreements.type", facts.get("agreements", ()), row["agreements"], _same_type),
            ("agreements.parties", facts.get("agreements", ()), row["agreements"], _same_agreement),
        ):
            found = (_pairs(list(gold), list(said), same), len(gold), len(said))
            counts[name] = [a + b for a, b in zip(counts[name], found, strict=True)]
    return {name: _figures(*found) for name, found in counts.items()}


def dropped(before: Figures, now: Figures) -> list[str]:
    """The measures whose F1 is more than ALLOWED_DROP below what it was, in words."""
    return [
        f"{name}: F1 {now[name]['f1']} was {before[name]['f1']}"
        for name in MEASURES
        if now[name]["f1"] < before[name]["f1"] - ALLOWED_DROP
    ]


def _figures(pairs: int, gold: int, said: int) -> dict[str, float]:
    precision, recall = pairs / said if said else 0.0, pairs / gold if gold else 0.0
    f1 = 2 * pairs / (gold + said) if gold + said else 0.0
    return {"p": round(precision, 4), "r": round(recall, 4), "f1": round(f1, 4), "gold": gold, "predicted": said}


def _pairs(gold: list[Any], said: list[Any], same: Callable[[Any, Any], bool]) -> int:
    """How many of `gold` have a partner of their own in `said`."""
    found = 0
    for wanted in gold:
        partner = next((other for other in said if same(wanted, other)), None)
        if partner is not None:
            said.remove(partner)
            found += 1
    return found


def _words(text: str | None) -> list[str]:
    return re.findall(r"\w+", (text or "").casefold())


def _same_name(one: Row, other: Row) -> bool:
    return _words(one["name"]) == _words(other["name"])


def _same_official(one: Row, other: Row) -> bool:
    a, b = (set(_words(o.get("title")) + _words(o.get("organisation"))) for o in (one, other))
    alike = 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0
    return _same_name(one, other) and alike >= SAME_ROLE


def _same_type(one: Row, other: Row) -> bool:
    return bool(one["type"] == other["type"])


def _same_agreement(one: Row, other: Row) -> bool:
    a, b = ({" ".join(_words(party)) for party in agreement.get("parties", ())} for agreement in (one, other))
    alike = len(a & b) / len(a | b) if a or b else 1.0
    return _same_type(one, other) and alike >= SAME_PARTIES


def measure() -> Figures:
    """The figures of the sample newsroom."""
    articles = list(read_articles())
    return score(articles, list(tag_documents(nlp.load(), (document for document, _ in articles))))


def main(argv: list[str] | None = None) -> int:
    """Write or check the figures."""
    return write_or_check(argv, __doc__, measure, EVALS, dropped)


if __name__ == "__main__":
    sys.exit(main())
