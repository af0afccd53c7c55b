"""Who may speak in a text: its names in their order, and the full name behind each."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.components.names import NameMention, group_by_person, name_words
from nlp.records import Official


class People:
    """The names of a document in their order, and the full name behind each."""

    def __init__(self, mentions: Sequence[NameMention], officials: Sequence[Official]) -> None:
        self.mentions = mentions
        self.full: dict[tuple[str, ...], str] = {}
        for person in group_by_person(mentions):
            for found in person.mentions:
                self.full[found.words] = person.fullest.name
        self.holders: dict[str, list[str]] = {}  # first word of a post, case folded -> the names of its holders
        for official in officials:
            for form in (official.name, *official.aliases):
                self.full[name_words(form)] = official.name
            if official.title:
                self.holders.setdefault(official.title.split()[0].casefold(), []).append(official.name)

    def holder(self, post: str) -> NameMention | None:
        """The only person of the document whose post begins with the word `post`; None if there are several or none."""
        names = self.holders.get(post.casefold(), [])
        words = name_words(names[0]) if len(names) == 1 else ()
        return next((found for found in self.mentions if found.words == words), None)

    def within(self, start: int, end: int) -> list[NameMention]:
        """The names that begin in text[start:end]."""
        return [found for found in self.mentions if start <= found.start < end]
