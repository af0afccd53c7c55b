"""Dates in running Indonesian text, as ISO 8601 with the precision that the text gives."""

from __future__ import annotations

import re

from nlp.components.matching import matches_at

# The names of each month, from January on, as newsrooms write them.
_NAMES = (
    "januari jan",
    "februari pebruari feb",
    "maret mar",
    "april apr",
    "mei",
    "juni jun",
    "juli jul",
    "agustus agt ags agu",
    "september sep sept",
    "oktober okt",
    "november nopember nov",
    "desember des",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
# "12 November 2025", "November tahun 2025", "12/11/2025", "(8/5)", "tahun 2025".
DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})\s+)?(?P<month>{_MONTH})\b\.?(?:\s+(?:tahun\s+)?(?P<year>(?:19|20)\d{{2}}))?"
    r"|(?<![\d/.])(?P<day2>\d{1,2})[/-](?P<month2>\d{1,2})(?:[/-](?P<year2>(?:20)?\d{2}))?(?![\d/])"
    r"|\b(?:tahun|pada)\s+(?P<year3>(?:19|20)\d{2})\b",
    re.IGNORECASE,
)


# How such a date begins: quicker to look for than DATE.
BEGINS = re.compile(
    r"[0-9ADFJMNOPSTadfjmnopst](?:(?<=[0-9])|(?<!\w.)(?i:(?<=a)(?:pr|g[tsu])|(?<=d)es|(?<=f)eb|(?<=j)(?:an|u[ln])|(?<=m)(?:ar|ei)"
    r"|(?<=n)o[vp]|(?<=o)kt|(?<=p)(?:eb|ad)|(?<=s)ep|(?<=t)ah))"
)


def find_dates(text: str, published_at: str | None) -> list[tuple[int, int, str]]:
    """(start, end, ISO date) of every date in `text`: "2016-10-08", "2016-10" or "2016".

    A day without a year ("(8/5)") is of the year of `published_at` (ISO 8601), or of the year before if it would else
    lie more than a month after it. Without `published_at` it is left out.
    """
    found = []
    for match in matches_at(DATE, text, (begin.start() for begin in BEGINS.finditer(text))):
        parts = match.groupdict()
        if parts["year3"]:
            found.append((match.start(), match.end(), parts["year3"]))
            continue
        day = parts["day"] or parts["day2"]
        month = MONTHS[parts["month"].lower()] if parts["month"] else int(parts["month2"])
        year = parts["year"] or parts["year2"]
        if month > 12 and day and int(day) <= 12:
            day, month = str(month), int(day)  # "10/14/2025", as some sites stamp their pages
        if not 1 <= month <= 12 or (day and not 1 <= int(day) <= 31):
            continue
        if parts["month"] and not (day or year):
            continue  # "Mei" alone is a name, or too vague
        year = f"20{year}" if year and len(year) == 2 else year or _year(month, published_at)
        if year:
            iso = f"{year}-{month:02}" + (f"-{int(day):02}" if day else "")
            found.append((match.start(), match.end(), iso))
    return found


def _year(month: int, published_at: str | None) -> str | None:
    """The year of a month that the text names without one."""
    if not published_at or not re.match(r"\d{4}-\d{2}", published_at):
        return None
    year, published_month = int(published_at[:4]), int(published_at[5:7])
    return str(year - 1 if month > published_month + 1 else year)
