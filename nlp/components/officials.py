"""Officials: who holds which post where, from PER and TITLE entities that stand side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.components.names import LEADING, cluster, fullest, is_short_form, split_honorifics, words
from nlp.components.posts import is_public_office, split_post, status_of
from nlp.document import register_extensions
from nlp.records import Official

LONGEST_GAP = 160  # characters between a post and its holder: an institution's full name fits
_FILLER = rf"\s|\([^()]{{0,60}}\)|\b(?:RI|Republik Indonesia|Bapak|Ibu|Pak|Bu|saudara|di|pada|dari|Fraksi|periode|ke-\d+)\b|{LEADING.pattern}"
# Between a post and the name after it, once institutions and places are taken out: at once, or after a comma.
AT_ONCE = re.compile(rf"(?:{_FILLER})*\Z")
AFTER_COMMA = re.compile(rf"(?:{_FILLER}|,|\b(?:yaitu|yakni|seperti|bernama|sekaligus|yang juga|ini|tersebut)\b)*\Z")
# Between a name and the post after it.
BACKWARD_GAP = re.compile(
    r"\s*(?:\([^()]{1,40}\))?\s*(?:,\s*)?(?:(?:S\.|M\.|Ph|SH|SE|ST|MM|MH|MT|Lc)[\w.]*,?\s*)*"
    r"(?:(?:yang\s+)?(?:juga\s+)?(?:merupakan|adalah|selaku|sebagai|yang juga|(?:(?:menjabat|ditunjuk|diangkat|dilantik|terpilih"
    r"|direkrut|bertindak|resmi|menjadi)\s*)+(?:sebagai|menjadi|jadi)?)\s+)?(?:seorang\s+)?(?:RI\s+)?\Z"
)
INSTITUTION_GAP = re.compile(r"\s*(?:,|\(|di|pada|dari)?\s*\Z")
NICKNAME = re.compile(
    r"\s*,?\s*(?:\((?:akrab disapa\s+)?|atau(?:\s+(?:akrab|biasa)\s+disapa)?\s+|alias\s+|(?:yang\s+)?(?:akrab|biasa)\s+(?:disapa|dipanggil)\s+)\Z"
)


@dataclass(frozen=True, slots=True)
class _Holding:
    """One person at one post, as one place of the text says."""

    person: Span
    post: Span
    organisation: str | None


@Language.factory("pantau_officials")
def make_officials(nlp: Language, name: str) -> OfficialTagger:
    """Build the component."""
    return OfficialTagger(name)


class OfficialTagger:
    """Sets `doc._.officials`: each named person who holds a post, once, with the fullest post that the text gives."""

    def __init__(self, name: str = "pantau_officials") -> None:
        register_extensions()
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Find the document's officials."""
        people = [entity for entity in doc.ents if entity.label_ == "PER"]
        posts = [entity for entity in doc.ents if entity.label_ == "TITLE"]
        holdings = _share_institutions(_bind(doc, people, posts))
        names = {entity: split_honorifics(entity.text) for entity in people}
        nicknames = _nicknames(doc, people, {entity: names[entity][0] for entity in people})
        groups = cluster(name for name, _ in names.values() if name)
        officials = []
        for group in groups:
            forms = set(group) | {short for full, short in nicknames if full in group}
            held = [holding for holding in holdings if names[holding.person][0] in forms]
            if held and not any(short in group and full not in group for full, short in nicknames):
                officials.append(_official(doc, group, sorted(forms), held, names))
        doc._.officials = sorted(officials, key=lambda official: official.start)
        return doc


def _official(
    doc: Doc, group: list[str], forms: list[str], held: list[_Holding], names: dict[Span, tuple[str, tuple[str, ...]]]
) -> Official:
    title, organisation = max((_role(holding) for holding in held), key=_fullness)
    name = fullest(group)
    mentions = [entity for entity, (plain, _) in names.items() if plain == name]
    honorifics = [h for entity in mentions for h in (*_before(doc, entity), *names[entity][1], *_after(doc, entity))]
    first = min(mentions, key=lambda entity: entity.start)
    return Official(
        name=name,
        title=title,
        organisation=organisation,
        aliases=tuple(form for form in forms if words(form) != words(name)),
        honorifics=tuple(dict.fromkeys(honorifics)),
        status=status_of(title),
        start=first.start_char,
        end=first.end_char,
    )


def _role(holding: _Holding) -> tuple[str, str | None]:
    title, organisation = split_post(holding.post.text)
    if organisation and holding.organisation and holding.organisation not in organisation:
        return title, organisation
    return title, organisation or holding.organisation


def _fullness(role: tuple[str, str | None]) -> tuple[bool, bool, int, int]:
    """Present posts before former ones, ministers and heads of regions before side posts; then more words."""
    title, organisation = role
    size = len(words(f"{title} {organisation or ''}"))
    return status_of(title) != "mantan", is_public_office(title, organisation), size, len(title)


def _bind(doc: Doc, people: list[Span], posts: list[Span]) -> list[_Holding]:
    """Each post to its holder, from left to right: the name at once after it, the name before it, the name after a comma.

    In "Ketua A B, Direktur C D" the comma before "Direktur" would tie it to B as well; but B has a post already.
    """
    holdings: list[_Holding] = []
    held: set[Span] = set()
    ordered = sorted(people, key=lambda entity: entity.start)
    for post in sorted(posts, key=lambda entity: entity.start):
        following = next((p for p in ordered if p.start >= post.end), None)
        previous = next((p for p in reversed(ordered) if p.end <= post.start), None)
        backward = previous is not None and BACKWARD_GAP.match(doc.text[previous.end_char : post.start_char])
        between = _gap(doc, post, following) if following is not None else None
        person = None
        if between is not None and AT_ONCE.match(between):
            person = following
        elif backward and (previous not in held or between is None or not AFTER_COMMA.match(between)):
            person = previous
        elif between is not None and AFTER_COMMA.match(between):
            person = following
        if person is not None:
            held.add(person)
            holdings.append(_Holding(person, post, _institution(doc, post, following)))
    return holdings


def _gap(doc: Doc, post: Span, person: Span) -> str | None:
    """What stands between a post and the name after it, institutions and places taken out; None when it is too far."""
    if person.start_char - post.end_char > LONGEST_GAP:
        return None
    between = doc.text[post.end_char : person.start_char]
    if "\n" in between:
        return None
    for entity in reversed(doc[post.end : person.start].ents):
        if entity.label_ in ("ORG", "GPE", "LOC"):
            a, b = entity.start_char - post.end_char, entity.end_char - post.end_char
            between = between[:a] + between[b:]
    return between


def _institution(doc: Doc, post: Span, limit: Span | None) -> str | None:
    """The institution that follows a post: one ORG (or the region of the post), and those after it by comma."""
    parts: list[str] = []
    position = post.end_char
    for entity in doc.ents:
        if entity.start < post.end or entity.label_ not in ("ORG", "GPE"):
            continue
        if limit is not None and entity.start >= limit.start and limit.start >= post.end:
            break
        if not INSTITUTION_GAP.match(doc.text[position : entity.start_char]) or (parts and entity.label_ == "GPE"):
            break
        if entity.label_ == "GPE" and doc.text[position : entity.start_char].strip():
            break
        parts.append(" ".join(entity.text.split()))
        position = entity.end_char
        if re.match(r"\s*\(", doc.text[position : position + 2]):
            break
    return ", ".join(parts) or None


def _share_institutions(holdings: list[_Holding]) -> list[_Holding]:
    """In a list of officials that ends with an institution, those who have none of their own share it.

    "A Director P, B Deputy Director Q, dan C Deputy Director R, Ministry S": all three are of Ministry S.
    """
    shared = list(holdings)
    for i in range(len(shared) - 2, -1, -1):
        here, following = shared[i], shared[i + 1]
        if here.person.start > here.post.start or following.person.start > following.post.start:
            continue  # only for "name post" order: there the institution closes the list
        own = here.organisation or split_post(here.post.text)[1]
        given = following.organisation or split_post(following.post.text)[1]
        gap = here.person.doc.text[here.post.end_char : following.person.start_char]
        if own is None and given and re.fullmatch(r"\s*,?\s*(?:dan|serta)?\s*", gap):
            shared[i] = _Holding(here.person, here.post, given)
    return shared


def _nicknames(doc: Doc, people: list[Span], plain: dict[Span, str]) -> list[tuple[str, str]]:
    """(name, nickname) pairs that the text states: "X atau Gus Y", "X (Y)", "X alias Y", "X yang akrab disapa Y"."""
    found = []
    for first, second in pairwise(people):
        between = doc.text[first.end_char : second.start_char]
        if NICKNAME.match(between) and plain[first] and plain[second] and plain[first] != plain[second]:
            opens = between.strip().endswith("(")
            if not opens or len(words(plain[second])) <= 2 or is_short_form(plain[second], plain[first]):
                found.append((plain[first], plain[second]))
    return found


def _before(doc: Doc, entity: Span) -> list[str]:
    """Honorifics that stand right before a name, outside its entity."""
    head = doc.text[max(0, entity.start_char - 40) : entity.start_char]
    found: list[str] = []
    matches = list(LEADING.finditer(head))
    position = len(head)
    for match in reversed(matches):
        if match.end() != position or (match.start() and head[match.start() - 1].isalnum()):
            break
        found.insert(0, match.group().strip())
        position = match.start()
    return found


def _after(doc: Doc, entity: Span) -> list[str]:
    """Degrees that follow a name after a comma, outside its entity."""
    tail = doc.text[entity.end_char : entity.end_char + 60]
    head = re.match(r"(?:\s*,\s*[A-Z][A-Za-z]{0,4}\.?(?:[A-Z][A-Za-z]{0,5}\.?){0,3}(?=[,.\s]|\Z))+", tail)
    if head is None:
        return []
    return list(split_honorifics(f"X{head.group()}")[1])
