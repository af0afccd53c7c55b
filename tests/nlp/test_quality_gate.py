"""The tagger's quality on dev does not drop below the committed figures."""

from __future__ import annotations

import json

from tests.conftest import needs_shared


@needs_shared
def test_dev_scores_do_not_drop():
    from nlp.training.evaluate import EVALS, dropped, score

    assert dropped(json.loads(EVALS.read_text(encoding="utf-8")), score()) == []


def test_the_gate_can_fail():
    from nlp.training.evaluate import ALLOWED_DROP, EVALS, dropped

    before = json.loads(EVALS.read_text(encoding="utf-8"))
    worse = {name: figure | {"f1": figure["f1"] - 0.02} for name, figure in before.items()}
    assert {line.split(":")[0] for line in dropped(before, worse)} == {
        n for n, drop in ALLOWED_DROP.items() if drop < 0.02
    }
    assert dropped(before, before) == []
