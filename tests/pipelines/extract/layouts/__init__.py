"""Pages of our own writing that imitate the layouts of Indonesian sites, 2013 to 2025, with what is to be read from them.

A layout's first line is JSON: the page's address, which of stories.json it shows, the dateline that stands before the
story, when it was published, and its kind when that is no news. The rest is a Jinja template.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Layout:
    """One page and its gold. `published` carries its zone."""

    name: str
    url: str
    html: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    kind: str

    @property
    def text(self) -> str:
        """The gold text, paragraphs apart by a blank line."""
        return "\n\n".join(self.paragraphs)


def load_layouts() -> Iterator[Layout]:
    """Every layout with its story filled in."""
    stories = json.loads((HERE / "stories.json").read_text(encoding="utf-8"))
    environment = Environment(autoescape=False)  # the stories hold no markup
    for path in sorted(HERE.glob("*.html")):
        header, _, template = path.read_text(encoding="utf-8").partition("\n")
        facts = json.loads(header)
        story = stories[facts["story"]]
        paragraphs = list(story["paragraphs"])
        html = environment.from_string(template).render(
            title=story["title"],
            place=story["place"],
            author=story["author"],
            p=paragraphs,
            others=[other["title"] for other in stories if other is not story],
        )
        paragraphs[0] = facts["prefix"].format(place=story["place"]) + paragraphs[0]
        yield Layout(
            path.stem,
            facts["url"],
            html,
            story["title"],
            tuple(paragraphs),
            datetime.fromisoformat(facts["published"]),
            facts.get("kind", "news"),
        )
