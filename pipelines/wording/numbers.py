"""Numbers as Indonesians write them: a point between thousands, a comma before decimals."""

from __future__ import annotations


def number(value: int | None) -> str:
    """12345 as "12.345"; none as "0"."""
    return f"{value or 0:,}".replace(",", ".")


def share(value: float | None) -> str:
    """A share from 0 to 1 in percent: 0.25 as "25%"; none as "0%"."""
    return f"{value or 0:.0%}"


def mean(value: float) -> str:
    """A mean as people say it: "12", "2,5", "0,3"; no decimals where they say nothing; "0" only for nothing at all."""
    if value >= 10:
        return str(round(value))
    if 0 < value < 0.05:
        return "<0,1"
    return f"{value:.1f}".rstrip("0").rstrip(".").replace(".", ",")
