"""What changed between two versions of an article, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

WORD_OR_SPACE = re.compile(r"\s+|[^\s]+")
LONGEST_UNCHANGED = 60  # words and spaces; a longer stretch is shortened to KEPT at either end
KEPT = 24


def difference(old: str, new: str) -> Markup:
    """`new` beside `old`: what went in <del>, what came in <ins>; long unchanged stretches shortened."""
    a, b = WORD_OR_SPACE.findall(old), WORD_OR_SPACE.findall(new)
    parts: list[Markup] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        removed, added = "".join(a[a1:a2]), "".join(b[b1:b2])
        if kind == "equal":
            parts.append(escape(_shortened(a[a1:a2])))
            continue
        if removed:
            parts.append(Markup("<del>{}</del>").format(removed))
        if added:
            parts.append(Markup("<ins>{}</ins>").format(added))
    return Markup("").join(parts)


def _shortened(words: list[str]) -> str:
    if len(words) <= LONGEST_UNCHANGED:
        return "".join(words)
    return "".join(words[:KEPT]) + " […] " + "".join(words[-KEPT:])


def changed_paragraphs(old: str, new: str) -> list[Markup]:
    """The paragraphs that differ between two versions, each as a difference; unchanged ones between them as "…".

    Paragraphs are compared first, so that a long article shows only what was touched.
    """
    a, b = [p for p in old.split("\n") if p.strip()], [p for p in new.split("\n") if p.strip()]
    shown: list[Markup] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            shown.append(Markup('<span class="ket">… {} paragraf tetap …</span>').format(a2 - a1))
        else:
            shown.append(difference("\n".join(a[a1:a2]), "\n".join(b[b1:b2])))
    return shown
