"""Numbers as Indonesians write them: a point between thousands, a comma before decimals."""

from __future__ import annotations


def number(value: int | None) -> str:
    """12345 as "12.345"; none as "0"."""
    return f"{value or 0:,}".replace(",", ".")


def share(value: float | None) -> str:
    """A share from 0 to 1 in percent: 0.25 as "25%"; none as "0%"."""
    return f"{value or 0:.0%}"


def percent(value: float | None) -> str:
    """A share from 0 to 1 in percent, small ones with decimals: "25%", "2,5%", "0,04%"; "0%" for none."""
    hundredths = 100 * (value or 0)
    if not hundredths:
        return "0%"
    if hundredths < 0.01:
        return "<0,01%"
    digits = 0 if hundredths >= 10 else 1 if hundredths >= 1 else 2
    told = f"{hundredths:.{digits}f}"
    return f"{told.rstrip('0').rstrip('.') if digits else told}%".replace(".", ",")


def mean(value: float) -> str:
    """A mean as people say it: "12", "2,5", "0,3"; no decimals where they say nothing; "0" only for nothing at all."""
    if value >= 10:
        return str(round(value))
    if 0 < value < 0.05:
        return "<0,1"
    return f"{value:.1f}".rstrip("0").rstrip(".").replace(".", ",")
