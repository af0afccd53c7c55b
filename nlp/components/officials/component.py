"""Officials: who holds which post in which institution."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.names import Mention, Person, group, honorifics_before
from nlp.components.officials.links import Link, find_links
from nlp.components.officials.scene import post_words, read_scene
from nlp.components.posts import Post, clean, split_post
from nlp.document import register_extensions
from nlp.records import Official

ALSO = re.compile(
    r"\s*,?\s*(?:\(\s*(?:akrab\s+disapa\s+|alias\s+)?|(?:atau|alias)\s+(?:(?:yang\s+)?(?:akrab|biasa|kerap)\s+di(?:sapa|panggil)\s+)?"
    r"|(?:yang\s+)?(?:akrab|biasa|kerap|sering)\s+di(?:sapa|panggil|kenal)\s+(?:sebagai\s+|dengan\s+)?)[\"“']?\Z"
)
LONGEST_NICKNAME = 2  # words of the other name in "X atau Y"


@Language.factory("pantau_officials")
def make_officials(nlp: Language, name: str) -> OfficialTagger:
    """Build the component."""
    return OfficialTagger(name)


class OfficialTagger:
    """Sets `doc._.officials`: each named person who holds a post, once, with the fullest post that the text gives."""

    def __init__(self, name: str = "pantau_officials") -> None:
        register_extensions()
        post_words()
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Find the document's officials."""
        entities = doc.ents
        scene = read_scene(doc, entities)
        if not scene.mentions:
            doc._.officials = []
            return doc
        text = scene.text
        places = {entity.text for entity in entities if entity.label_ == "GPE"}
        names = {text[start:end] for start, end in scene.bodies} - places
        people = _joined(text, scene.mentions)
        held: dict[int, list[_Role]] = {}
        for link in find_links(scene):
            role = _Role(_post(text, link, names, places), link.second)
            held.setdefault(id(link.mention), []).append(role)
        doc._.officials = list(_officials(text, people, held))
        return doc


@dataclass(slots=True)
class _Role:
    """A post as one place of the text gives it; `second` where it is a further one ("yang juga ...")."""

    post: Post
    second: bool


def _officials(text: str, people: Sequence[Person], held: Mapping[int, Sequence[_Role]]) -> Iterator[Official]:
    for person in people:
        roles = [(found.key == person.words, role) for found in person.mentions for role in held.get(id(found), ())]
        if roles and not person.ambiguous:
            yield _official(text, person, roles)


def _joined(text: str, mentions: Sequence[Mention]) -> list[Person]:
    """The people of the document; those whom the text itself calls by two names ("X atau Gus Y") are one."""
    people = group(mentions)
    owner = {id(found): person for person in people for found in person.mentions}
    for first, second in pairwise(mentions):
        one, other = owner[id(first)], owner[id(second)]
        if one is other or second.start - first.degrees_end > 40 or len(second.key) > LONGEST_NICKNAME:
            continue
        if len(first.key) > 1 and ALSO.match(text, first.degrees_end, second.start):
            one.mentions = sorted([*one.mentions, *other.mentions], key=lambda m: m.start)
            for found in other.mentions:
                owner[id(found)] = one
            people.remove(other)
    return people


def _post(text: str, link: Link, names: set[str], places: set[str]) -> Post:
    post = split_post(text[link.start : link.end], names, places)
    if post.organisation is None and link.body:
        return Post(post.title, clean(text[link.body[0] : link.body[1]]), post.status)
    return post


def _official(text: str, person: Person, roles: list[tuple[bool, _Role]]) -> Official:
    best = max(roles, key=_weight)[1].post
    name = person.fullest
    honorifics = [h for m in person.mentions for h in (*honorifics_before(text, m.start), *m.honorifics)]
    return Official(
        name=name.name,
        title=best.title,
        organisation=best.organisation,
        aliases=person.aliases,
        honorifics=tuple(dict.fromkeys(honorifics)),
        status=best.status,
    )


def _weight(role: tuple[bool, _Role]) -> tuple[bool, bool, bool, int]:
    """Present posts before former ones, first ones before further ones, those by the full name before others.

    Among these the one that the text tells most fully.
    """
    full, held = role
    post = held.post
    return post.status != "mantan", not held.second, full, len(f"{post.title} {post.organisation or ''}".split())
