"""What an agreement is called in lists and headings: what it is, who made it and what about."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.wording.lists import joined

MOST_PARTIES = 3  # that a heading names; of more it names two and counts the others


def heading(title: str, parties: Sequence[str], subject: str | None, article: str | None = None) -> str:
    """ "Nota kesepahaman Dinas Sosial dan Universitas Bahari tentang rumah singgah".

    title    the phrase that names it in the text, in any case
    parties  as the text names them; what stands in brackets is left out
    article  the title of an article that tells of it, which says more than nothing where who and what are unknown
    """
    parts = [title[:1].upper() + title[1:]]
    if parties:
        parts.append(_who([party.split(" (")[0] for party in parties]))
    if subject:
        parts.append(f"tentang {subject}")
    if len(parts) == 1 and article:
        parts.append(f"dalam “{article}”")
    return " ".join(parts)


def _who(parties: Sequence[str]) -> str:
    """ "A", "A dan B", "A, B dan C", "A, B dan 2 pihak lain"."""
    shown = list(parties)
    if len(shown) > MOST_PARTIES:
        shown = [*shown[: MOST_PARTIES - 1], f"{len(shown) - MOST_PARTIES + 1} pihak lain"]
    return joined(shown)
