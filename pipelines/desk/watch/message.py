"""A message in both its forms."""

from __future__ import annotations


class Message(str):
    """A plain text for services that show nothing else, which also has the same as HTML, for mail."""

    html: str

    def __new__(cls, plain: str, html: str) -> Message:
        """Make one of both."""
        made = super().__new__(cls, plain)
        made.html = html
        return made
