"""A message in both its forms."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

HTML = Markup(
    '<!doctype html>\n<html lang="id"><head><meta charset="utf-8"><title>{}</title></head>\n'
    '<body style="font: 16px/1.5 sans-serif; max-width: 42em">\n{}\n</body></html>'
)


class Message(str):
    """A plain text for services that show nothing else, which also has the same as HTML, for mail."""

    html: str

    def __new__(cls, plain: str, html: str) -> Message:
        """Make one of both."""
        made = super().__new__(cls, plain)
        made.html = html
        return made


def framed(title: str, paragraphs: Sequence[str]) -> Message:
    """Paragraphs as a message; one that is an address of the web is a link."""
    html = [
        Markup('<p><a href="{0}">{0}</a></p>').format(one)
        if one.startswith(("https://", "http://"))
        else Markup("<p>{}</p>").format(one)
        for one in paragraphs
    ]
    return Message("\n\n".join(paragraphs), HTML.format(title, Markup("\n").join(html)))
