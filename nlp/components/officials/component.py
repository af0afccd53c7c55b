"""The component `pantau_officials`: who holds which post in which institution."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from spacy.tokens import Doc

from nlp.components.name_edges import POST_LIKE, teasers_in
from nlp.components.names import DEGREES, NameMention, Person, group_by_person, honorifics_before
from nlp.components.officials.institutions import COMPANY, COMPANY_POST, Placed, completed, trimmed
from nlp.components.officials.links import PostLink, find_links
from nlp.components.officials.scene import read_scene
from nlp.components.people import post_words
from nlp.components.posts import HEAD, PostParts, clean, split_post
from nlp.document import entities_of
from nlp.gazetteers import common_words, countries, place_key, regions
from nlp.records import Official

# Between two names of one person: "X| atau |Gus Y", "X| (akrab disapa |Gus Y)", "X| yang biasa dipanggil |Y".
SAME_PERSON = re.compile(
    r"\s*,?\s*(?:\(\s*(?:akrab\s+disapa\s+|alias\s+)?|(?:atau|alias)\s+(?:(?:yang\s+)?(?:akrab|biasa|kerap)\s+di(?:sapa|panggil)\s+)?"
    r"|(?:yang\s+)?(?:akrab|biasa|kerap|sering)\s+di(?:sapa|panggil|kenal)\s+(?:sebagai\s+|dengan\s+)?)[\"“']?\Z"
)
# Before a nickname, whoever it is said of: "Pria yang akrab disapa |Ara".
NICKNAME = re.compile(r"\b(?:akrab|biasa|kerap|sering)\s+di(?:sapa|panggil)\s+(?:dengan\s+)?(?:nama\s+)?[\"“'‘]?\Z")
MOST_NICKNAMES = 20  # of one text that are looked at
NICKNAME_REACH = 400  # characters between it and the full name
# An office in a company, whose name an article gives once for all its officers.
COMPANY_OFFICE = re.compile(r"(?:[Ww]akil )?(?:[Kk]omisaris|[Dd]irektur)(?: (?:Utama|Independen|Keuangan|Operasi))?\Z")
# Posts of one word that none of the lists has.
OTHER_POSTS = frozenset(
    """
    administratur anggota ayatollah dalang diakon dinamisator duta ephorus imam kapten kardinal nakhoda pastor paus pembina pendeta
    rabi senator sersan stafsus uskup
    """.split()
)
AGENT = re.compile(r"pe\w+|\w+(?:wan|wati|kus|log|tor|er|en|is)")  # a word for somebody by what they do: "penulis"
LONGEST_NICKNAME = 2  # words of the other name in "X atau Y"


class OfficialTagger:
    """Sets `doc._.officials`: each named person who holds a post, once, with the fullest post that the text gives."""

    def __init__(self) -> None:
        post_words()  # read here rather than at the first document

    def __call__(self, doc: Doc) -> Doc:
        """Find the document's officials."""
        entities = entities_of(doc)
        scene = read_scene(doc, entities)
        if not scene.mentions:
            doc._.officials = []
            return doc
        text = scene.text
        places = {entity.text for entity in entities if entity.label_ == "GPE"}
        names = {text[start:end] for start, end in scene.bodies} - places
        people = _people(text, scene.mentions)
        held: dict[int, list[_Role]] = {}
        for link in find_links(scene):
            role = _Role(_post(text, link, names, places), link.second, link.start)
            held.setdefault(id(link.mention), []).append(role)
        _fill_company(held)
        found = list(_officials(text, people, held))
        doc._.officials = completed(found, entities, doc._.places or ())
        return doc


@dataclass(slots=True)
class _Role:
    """A post as one place of the text (`at`) gives it; `second` if it is a further one ("yang juga ...")."""

    post: PostParts
    second: bool
    at: int = 0


def _fill_company(held: Mapping[int, Sequence[_Role]]) -> None:
    """Give a company's officers their company where the text names it with but one of them: "Komisaris (PT P) Budi"."""
    officers = [role for roles in held.values() for role in roles if COMPANY_OFFICE.match(role.post.title or "")]
    companies = {role.post.organisation for role in officers if role.post.organisation}
    every = (role.post for roles in held.values() for role in roles)
    companies |= {
        post.organisation
        for post in every
        if post.organisation and COMPANY_POST.match(post.title or "") and COMPANY.match(post.organisation)
    }
    shortest = min(companies, key=len, default=None)
    if shortest is None or not all(shortest in company for company in companies):
        return
    for role in officers:
        if role.post.organisation is None:
            role.post = PostParts(role.post.title, shortest, role.post.status)


def _officials(text: str, people: Sequence[Person], held: Mapping[int, Sequence[_Role]]) -> Iterator[Placed]:
    """The people who hold a post. `held`: the posts of each NameMention, by its id()."""
    teasers = teasers_in(text)
    for person in people:
        if teasers and not _is_name(person.words) and all(_is_within(found, teasers) for found in person.mentions):
            continue  # "Baca juga: Bupati Ramah Tamah dengan Warga"
        roles = [(found.words == person.words, role) for found in person.mentions for role in held.get(id(found), ())]
        if roles and not person.ambiguous and not _is_nobody(person):
            best = max(roles, key=_weight)[1]
            if _is_post(best.post.title):
                yield Placed(_official(text, person, best.post), best.at)


def _is_name(words: Sequence[str]) -> bool:
    """Whether words can be a person's name, of which only a teaser's headline tells: none is common, and no region's."""
    return not _is_region(" ".join(words)) and common_words().isdisjoint(words)


def _is_region(name: str) -> bool:
    return any(regions().find(kind, name) for kind in ("kabupaten", "kota", "provinsi"))


def _is_nobody(person: Person) -> bool:
    """Whether what was taken for a person is a country, a region or a degree: "Presiden Liberia", "M. Kes"."""
    name = person.fullest.name
    return place_key(name) in countries() or _is_region(name) or name.replace(" ", "").rstrip(".") in DEGREES


@lru_cache(maxsize=5_000)
def _is_post(title: str) -> bool:
    """Whether a title can be a post's. One word of no post, not common and no short form of a post is none: "Madrid".

    Of 3,152 annotated officials none but a dozen has such a title (OTHER_POSTS), and of 1,974 with a title of several
    words two have one without any word of posts or common word ("Dimarco, Tonali").
    """
    word = title.casefold()
    short = POST_LIKE.match(title) is not None and word not in common_words()
    if title[:1].islower() or short or HEAD.search(title) or not title:
        return True
    if len(title.split()) != 1:
        words = [part.strip(",.()").casefold() for part in title.split()]
        return any(part in known for part in words for known in (post_words(), common_words(), OTHER_POSTS))
    return word in post_words() or word in OTHER_POSTS or (word in common_words() and AGENT.fullmatch(word) is not None)


def _is_within(found: NameMention, places: Sequence[tuple[int, int]]) -> bool:
    return any(start <= found.start < end for start, end in places)


def _people(text: str, mentions: Sequence[NameMention]) -> list[Person]:
    """The people of the document; somebody whom the text calls by two names ("X atau Gus Y") is one of them."""
    people = group_by_person(mentions)
    owner = {id(found): person for person in people for found in person.mentions}
    for first, second in pairwise(mentions):
        one, other = owner[id(first)], owner[id(second)]
        if one is other or second.start - first.degrees_end > 40 or len(second.words) > LONGEST_NICKNAME:
            continue
        if len(first.words) > 1 and SAME_PERSON.match(text, first.degrees_end, second.start):
            one.mentions = sorted([*one.mentions, *other.mentions], key=lambda m: m.start)
            for found in other.mentions:
                owner[id(found)] = one
            people.remove(other)
    return _with_nicknames(text, people, mentions)


def _with_nicknames(text: str, people: list[Person], mentions: Sequence[NameMention]) -> list[Person]:
    """The people, a nickname joined to who was named in full before it: "Budi Santoso ... pria yang akrab disapa |Ara"."""
    called = [found for found in mentions if NICKNAME.search(text, max(0, found.start - 60), found.start)]
    for found in called[:MOST_NICKNAMES]:
        own = next((person for person in people if found in person.mentions), None)
        full = [
            m for m in mentions if m.start < found.start and len(m.words) > 1 and found.start - m.end < NICKNAME_REACH
        ]
        home = next((person for person in people if full and full[-1] in person.mentions), None)
        if own is not None and home is not None and own is not home and len(own.words) <= LONGEST_NICKNAME:
            home.mentions = sorted([*home.mentions, *own.mentions], key=lambda m: m.start)
            people.remove(own)
    return people


def _post(text: str, link: PostLink, names: set[str], places: set[str]) -> PostParts:
    """The post of a link, with the institution that stands apart from it where it has none of its own."""
    post = split_post(text[link.start : link.end], names, places)
    if post.organisation is None and link.body:
        return PostParts(post.title, clean(text[link.body[0] : link.body[1]]), post.status)
    return post


def _official(text: str, person: Person, best: PostParts) -> Official:
    name = person.fullest
    honorifics = [h for m in person.mentions for h in (*honorifics_before(text, m.start), *m.honorifics)]
    return Official(
        name=name.name,
        title=best.title,
        organisation=trimmed(best.organisation),
        aliases=person.aliases,
        honorifics=tuple(dict.fromkeys(honorifics)),
        status=best.status,
    )


def _weight(role: tuple[bool, _Role]) -> tuple[bool, bool, bool, int]:
    """What the best post of a person has most of: it is held at present, comes first, stands at the full name, is long.

    role  whether the post stands at the full name, and the post
    """
    full, held = role
    post = held.post
    return post.status != "mantan", not held.second, full, len(f"{post.title} {post.organisation or ''}".split())
