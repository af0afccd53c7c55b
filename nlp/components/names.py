"""Names of people: honorifics and degrees apart, and which short form belongs to which full name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nlp.language import DEGREES

_BEFORE = (
    r"Prof|Dr|dr|drg|drh|Drs|Dra|Ir|Hj|H|KH|K\.H|Tgk|Tn|Ny|Sdr|Bpk|Ust|Ustaz|Ustad|Tuan|Nyonya|Bapak|Ibu|Pak|Bu|Mr|Mrs|Ms|"
    r"R|Rr|RM|RA|A\.A|Jenderal|Letjen|Mayjen|Brigjen|Kolonel|Letkol|Mayor|Kapten|Lettu|Letda|Laksamana|Laksdya|Laksda|"
    r"Laksma|Marsekal|Marsdya|Marsda|Marsma|Irjen|Komjen|Kombes|AKBP|Kompol|AKP|Iptu|Ipda|Aiptu|Aipda|Bripka|Brigpol|"
    r"Pol|TNI|Purn|Sir|Datuk|Dato|Datuk Seri|Dato' Sri|YM|Yang Mulia|Sri Sultan"
)
LEADING = re.compile(rf"(?:(?:{_BEFORE})\.?(?=[\s.(])\s*|\((?:Purn|HC|H\.C)\.?\)\s*|\(P\)\s*)")
_DEGREE = "|".join(sorted((re.escape(d.rstrip(".")) for d in DEGREES), key=len, reverse=True))
TRAILING = re.compile(
    rf"\s*,?\s*(?:{_DEGREE}|SH|SE|ST|MM|MH|MT|MSi|M\.?Sc|MBA|SIK|SIP|SSos|SPd|SAg|SKM|MPd|MA|Lc|PhD|CA|CFA|Sp\.\w{{1,4}})\.?(?=[\s,]|\Z)"
)
WORD = re.compile(r"[\w'’-]+")
SHORTEST_PREFIX = 4  # letters of a name that a nickname cut from it keeps ("Bambang" -> "Bamb")


def split_honorifics(name: str) -> tuple[str, tuple[str, ...]]:
    """("Budi Santoso", ("Dr.", "Ir.", "M.Sc.")) for "Dr. Ir. Budi Santoso, M.Sc."."""
    found: list[str] = []
    rest = " ".join(name.split())
    while (match := LEADING.match(rest)) and rest[match.end() :].strip():
        found.append(match.group().strip())
        rest = rest[match.end() :].lstrip()
    tail: list[str] = []
    while match := _last(TRAILING, rest):
        if not rest[: match.start()].strip(" ,"):
            break
        tail.insert(0, match.group().strip(" ,"))
        rest = rest[: match.start()].rstrip(" ,")
    return rest.strip(" ,"), tuple(found + tail)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found if found is not None and found.end() == len(text) else None


def words(name: str) -> list[str]:
    """The words of a name, case folded."""
    return [word.casefold() for word in WORD.findall(name)]


def is_short_form(short: str, full: str) -> bool:
    """Whether `short` can stand for `full`: its words in order, or a first part of one of its words ("Virg-")."""
    a, b = words(short), words(full)
    if not a or a == b or len(a) > len(b):
        return False
    if all(word in b for word in a):
        return len(a) < len(b)
    return len(a) == 1 and len(a[0]) >= SHORTEST_PREFIX and any(w.startswith(a[0]) and w != a[0] for w in b)


def cluster(names: Iterable[str]) -> list[list[str]]:
    """Names grouped by person: a short form joins the one full name that it fits; the fullest name comes first."""
    forms = sorted(dict.fromkeys(names), key=lambda n: (-len(words(n)), -len(n)))
    groups: list[list[str]] = []
    for form in forms:
        same = [group for group in groups if words(group[0]) == words(form)]
        homes = same or [group for group in groups if is_short_form(form, group[0])]
        if len(homes) == 1:
            homes[0].append(form)
        else:
            groups.append([form])
    return groups


def fullest(names: Sequence[str]) -> str:
    """The form with most words."""
    return max(names, key=lambda n: (len(words(n)), len(n)))
