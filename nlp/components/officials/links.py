"""Which post belongs to which name: the ways in which Indonesian news sets the two side by side.

"Direktur P Q Budi", "Direktur P, Budi", "Budi, Direktur P", "Budi selaku Direktur P", "Budi (Direktur P)",
"Budi Direktur P", "Direktur: Budi". First the posts that the ner found are given to the names around them; then each
name that has none yet is looked at for a post that the ner missed; then lists share a post or an institution.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from nlp.components.names import TAIL_OF_HONORIFICS, NameMention
from nlp.components.officials import patterns
from nlp.components.officials.scene import Scene
from nlp.components.people import Offsets
from nlp.components.posts import HEAD, REGIONAL, glued_heads, heads_in

LONGEST_LIST = 20  # names that share a post
MOST_LISTS = 20  # lists behind a small word for a post that are looked at in one text
LONGEST_LINK = 90  # characters between a name and the post behind it ("yang saat ini menjabat sebagai")


@dataclass(slots=True)
class PostLink:
    """A post and the name of its holder.

    start, end  the post with its institution, offsets into the Doc's text
    behind      whether the post follows the name
    second      whether the text gives it as a further post ("yang juga", "sekaligus")
    body        its institution, if that stands after a comma, be it behind the post or at the end of a list
    """

    mention: NameMention
    start: int
    end: int
    behind: bool = False
    second: bool = False
    body: Offsets | None = None


def find_links(scene: Scene) -> list[PostLink]:
    """Every post that the text sets beside a name: in the order of the text, then those that a list of names shares."""
    links = _linked(scene)
    held = {id(link.mention) for link in links}
    for found in scene.mentions:
        if id(found) not in held:
            link = _unmarked_before(scene, found, links) or _unmarked_after(scene, found, links)
            if link:
                links.append(link)
    links.extend(_held_by(scene, links))
    links.sort(key=lambda link: link.start)
    _share_institution(scene.text, links)
    links.extend(_share_post(scene, links))
    links.extend(_others(scene, links))
    return links


def _linked(scene: Scene) -> list[PostLink]:
    """The links of the posts that the ner found. Somebody who holds several posts has a link for each."""
    links: list[PostLink] = []
    chained: list[Offsets] = []
    used: set[int] = set()
    paired = -1
    for i, post in enumerate(scene.posts):
        if i == paired:
            continue
        following = scene.posts[i + 1] if i + 1 < len(scene.posts) else None
        name = scene.after(post[1])
        if following and (name is None or following[0] < name.start):
            end = _end_if_chained(scene, post, following)
            if end is not None:
                chained.append((post[0], end))
                continue
            pair = _pair(scene, post, following, name)
            if pair:
                links.extend(pair)
                paired = i + 1
                continue
            name = None
        holder = scene.before(post[0])
        if holder and i and scene.posts[i - 1][1] > holder.start:
            last = links[-1] if links else None
            joined = last and last.behind and patterns.CHAIN.match(scene.text, last.end, post[0])
            if last and joined and last.mention is holder:
                links.append(PostLink(holder, post[0], _rest(scene, post)[0], behind=True, second=True))
                continue
            if last and last.mention is holder and last.behind and _moves(scene.text, last, post[0]):
                last.second = True
                end, body = _rest(scene, post)
                links.append(PostLink(holder, post[0], end, behind=True, body=body))
                continue
            holder = holder if _is_taken_up(scene, post[0], holder) else None
        link = _choose(scene, post, holder, name, used)
        if link:
            links.extend(PostLink(link.mention, start, end, link.behind) for start, end in chained)
            link.second = link.second or bool(chained)
            links.append(link)
            used.add(id(link.mention))
        chained.clear()
    return links


def _moves(text: str, old: PostLink, start: int) -> bool:
    """Whether a name goes from its old post to the one that begins at `start`: "... kini menjabat sebagai PPP"."""
    ends = [old.end, *(old.body[1:] if old.body else ())]
    return any(end <= start and patterns.MOVES.match(text, end, start) for end in ends)


def _is_taken_up(scene: Scene, start: int, holder: NameMention) -> bool:
    """Whether the post at `start` is said of the name before it in the sentence, be it at a distance."""
    if start - holder.degrees_end > patterns.POST_REACH or not patterns.TAKEN_UP.search(scene.text, start - 60, start):
        return False
    return not patterns.SENTENCE_END.search(scene.text, holder.degrees_end, start)


def _end_if_chained(scene: Scene, post: Offsets, following: Offsets) -> int | None:
    """The end of a post to which the next one adds another of the same holder; None if it does not.

    "Menteri P sekaligus Ketua Q Budi": where "Menteri P" ends.
    """
    if following[0] - post[1] > patterns.POST_REACH // 2:
        return None
    gap = scene.masked(post[1], following[0])
    rest = patterns.REST.match(gap)
    end = rest.end() if rest else 0
    return post[1] + end if patterns.CHAIN.match(gap, end) else None


def _pair(
    scene: Scene, post: Offsets, following: Offsets, name: NameMention | None
) -> tuple[PostLink, PostLink] | None:
    """The links of two posts before two names, "Presiden dan Wakil Presiden A-B"; None if they don't stand so."""
    text = scene.text
    if text[post[1] : following[0]].strip() != "dan":
        return None
    said = _pair_before(scene, post, following)
    if said or name is None or text[following[1] : name.start].strip():
        return said
    second = scene.after(name.end)
    if second is None or not patterns.PAIR.match(text, name.end, second.start):
        return None
    return PostLink(name, *post), PostLink(second, *following)


def _pair_before(scene: Scene, post: Offsets, following: Offsets) -> tuple[PostLink, PostLink] | None:
    """The links of two posts that are said of two names before them: "A dan B sebagai Bupati dan Wakil Bupati P"."""
    text, second = scene.text, scene.before(post[0])
    first = scene.before(second.start) if second else None
    if first is None or second is None or not patterns.SAID_OF_PAIR.match(text, second.degrees_end, post[0]):
        return None
    if not patterns.PAIR.match(_stripped(text, first.degrees_end, second.start) + " "):
        return None
    end = _rest(scene, following)[0]
    head = REGIONAL.match(text, following[0], end)
    region = (head.end() + 1, end) if head and head.end() < end else None
    return PostLink(first, *post, behind=True, body=region), PostLink(second, following[0], end, behind=True)


def _choose(
    scene: Scene, post: Offsets, holder: NameMention | None, name: NameMention | None, used: set[int]
) -> PostLink | None:
    """The link of a post to the name behind it (`name`) or to the one before it (`holder`), whichever stands closer.

    used  id() of the names that have a post already
    """
    forward = _forward(scene, post[1], name) if name else None
    if holder and forward and not forward[1] and _is_predicate(scene.text, post[0], holder):
        forward = None
    if name and forward and _serves_one(scene.text, post, forward[0], name):
        forward = None
    if name and forward and forward[1] in ("", ":") and not _serves(scene.text, post, forward[0]):
        return PostLink(name, post[0], forward[0])
    if holder:
        backward = _backward(scene, post[0], holder)
        if backward is None and _is_taken_up(scene, post[0], holder):
            backward = "link"
        if backward is not None and (backward in ("link", "also", "") or id(holder) not in used or not forward):
            end, body = _rest(scene, post)
            second = backward == "also" or id(holder) in used
            return PostLink(holder, post[0], end, behind=True, second=second, body=body)
    return PostLink(name, post[0], forward[0]) if name and forward and forward[1] else None


def _is_predicate(text: str, start: int, holder: NameMention) -> bool:
    """Whether the post at `start` is said of the name before it: "Budi menjabat sebagai PPP", and then another name."""
    if patterns.IS.match(text, holder.degrees_end, start):
        return True
    said = patterns.PREDICATE.search(text, max(0, start - 30), start)
    return said is not None and not patterns.SENTENCE_END.search(text, holder.degrees_end, start)


def _serves(text: str, post: Offsets, end: int) -> bool:
    """Whether the post is in the service of the person named behind it ("kuasa hukum Budi") and so not theirs."""
    return end <= post[1] and patterns.SERVES.match(text, post[0]) is not None


def _serves_one(text: str, post: Offsets, end: int, name: NameMention) -> bool:
    """Whether the post is one in the service of the person behind it, whom it calls by one name: "Penasihat Trump"."""
    alone = end <= post[1] and patterns.SERVES_ONE.fullmatch(text, *post)
    return bool(alone) and len(name.words) == 1 and not text[post[1] : name.start].strip()


def _forward(scene: Scene, end: int, name: NameMention) -> tuple[int, str] | None:
    """How a post that ends at `end` leads to the name behind it; None if something else stands between them.

    Gives (where the post ends with its institution, the sign between that and the name: "", ",", ":", "(" ...).
    """
    if name.start - end > patterns.POST_REACH:
        return None
    gap = scene.masked(end, name.start)
    honorifics = TAIL_OF_HONORIFICS.search(gap)
    if honorifics:
        gap = gap[: honorifics.start()]
    match = (patterns.FORWARD_IN_TITLE if scene.is_headline(end) else patterns.FORWARD).match(gap)
    if match is None or patterns.POINTS.match(gap) or any(glued_heads(gap, 0, len(gap))):
        return None
    if "\n" in (match["sign"] or "") and scene.text[name.degrees_end : name.degrees_end + 1].strip():
        return None
    sign = (match["sign"] or "").strip(" \t") or ("," if "," in gap[match.end("rest") :] else "")
    return end + match.end("rest"), sign


def _backward(scene: Scene, start: int, holder: NameMention) -> str | None:
    """How a name leads to the post that begins at `start`; None if something else stands between them.

    "link" stands for words ("selaku"), "also" for words that give a further post ("yang juga"); else it is the sign
    between them, "" if there is none.
    """
    position = holder.degrees_end
    if start <= position or start - position > LONGEST_LINK or start <= scene.title_end:
        return None
    match = patterns.BACKWARD.match(scene.text, position, start)
    if match is None:
        return None
    if match["link"]:
        return "also" if patterns.ALSO_IN_OFFICE.search(match["link"]) else "link"
    sign = (match["sign"] or "").strip(" \t")
    if "\n" in sign and _prose_before(scene.text, holder.start):
        return None
    return sign


def _prose_before(text: str, start: int) -> bool:
    """Whether words stand before a name in its line. The name under a letter has its line to itself."""
    line = text.rfind("\n", 0, start) + 1
    return bool(text[line:start].strip()) and not TAIL_OF_HONORIFICS.fullmatch(text, line, start)


def _rest(scene: Scene, post: Offsets) -> tuple[int, Offsets | None]:
    """(end of a post that follows its name, its institution if that stands after a comma, else None).

    A post of which the ner saw only the first words goes on as far as capitals and small joining words go.
    """
    start, end = post
    limit = min(end + patterns.POST_REACH, len(scene.text))
    i, j = bisect_left(scene.name_starts, end), bisect_left(scene.post_starts, end)
    if i < len(scene.name_starts):
        limit = min(limit, scene.name_starts[i])
    if j < len(scene.post_starts):
        limit = min(limit, scene.post_starts[j])
    piece = scene.masked(end, limit)
    rest = patterns.UNMARKED_REST if HEAD.fullmatch(scene.text, start, end) else patterns.REST
    match = (patterns.REST_IN_TITLE if scene.is_headline(end) else rest).match(piece)
    position = match.end() if match else 0
    rank = TAIL_OF_HONORIFICS.search(piece, 0, position)  # the next name's: "Kapolsek Melati Kompol" before "Budi"
    position = len(piece[: rank.start()].rstrip()) if rank else position
    more = patterns.INSTITUTIONS.match(piece, position)
    return end + position, (end + more.start(), end + more.end()) if more else None


def _unmarked_before(scene: Scene, name: NameMention, links: Sequence[PostLink]) -> PostLink | None:
    """The link of a name to a post that the ner missed, right before it; it begins at a word that begins posts."""
    text = scene.text
    previous = scene.before(name.start)
    floor = max(previous.end if previous else 0, name.start - patterns.POST_REACH, text.rfind("\n", 0, name.start) + 1)
    floor = max((link.end for link in links if floor < link.end <= name.start), default=floor)
    glued = list(glued_heads(text, floor, name.start))[-1:]  # a line break was lost before it
    floor = glued[0].start() if glued else floor
    for head in (*glued, *heads_in(text, floor, name.start)):
        forward = _forward(scene, head.end(), name)
        serves = forward and (
            _serves(text, head.span(), forward[0]) or _serves_one(text, head.span(), forward[0], name)
        )
        if forward and forward[1] in ("", ",", ":") and not serves:
            return PostLink(name, head.start(), forward[0])
    return None


def _unmarked_after(scene: Scene, name: NameMention, links: Sequence[PostLink]) -> PostLink | None:
    """The link of a name to a post that the ner missed, right behind it."""
    position = name.degrees_end
    head = next(heads_in(scene.text, position, position + LONGEST_LINK), None)
    if head is None or any(link.start <= head.start() < link.end for link in links):
        return None
    joined = _backward(scene, head.start(), name)
    if joined is None or "\n" in joined:
        return None
    following = scene.after(head.end())
    forward = _forward(scene, head.end(), following) if following else None
    if forward and not forward[1]:
        return None
    end, body = _rest(scene, head.span())
    return PostLink(name, head.start(), end, behind=True, second=joined == "also", body=body)


def _held_by(scene: Scene, links: Sequence[PostLink]) -> Iterator[PostLink]:
    """The links of names to posts that they are said to hold, or to hand over: "PPP yang dijabat oleh Budi"."""
    held = {id(link.mention) for link in links}
    ends = {post[0]: (post[0], _rest(scene, post)[0]) for post in scene.posts}
    ends |= {link.start: (link.start, link.end) for link in links}
    for start, end in ends.values():
        match = patterns.HELD_BY.match(scene.text, end)
        name = scene.after(match.end()) if match else None
        if match and name and id(name) not in held and not _stripped(scene.text, match.end(), name.start):
            held.add(id(name))
            yield PostLink(name, start, end, behind=False)


def _others(scene: Scene, links: Sequence[PostLink]) -> Iterator[PostLink]:
    """The links of a list of names that a small word for their post precedes: "anggota lainnya seperti A, B, dan C"."""
    held = {id(link.mention) for link in links}
    for match in islice(patterns.OTHERS.finditer(scene.text, scene.title_end), MOST_LISTS):
        i = bisect_left(scene.name_starts, match.end())
        names = scene.mentions[i : i + LONGEST_LIST]
        if not names or _stripped(scene.text, match.end(), names[0].start):
            continue
        listed = [names[0]]
        for here, following in pairwise(names):
            gap = _stripped(scene.text, here.degrees_end, following.start)
            if not gap or patterns.LIST_GAP.fullmatch(f"{gap} ") is None or id(following) in held:
                break
            listed.append(following)
        before = [link for link in links if link.end <= match.start() and " lain" in match.group()]
        over = patterns.HEADED.match(scene.text, before[-1].start, before[-1].end) if before else None
        body = over.span("body") if over else None
        if len(listed) > 1:
            yield from (PostLink(name, *match.span("post"), body=body) for name in listed if id(name) not in held)


def _stripped(text: str, start: int, end: int) -> str:
    """text[start:end] without honorifics."""
    return TAIL_OF_HONORIFICS.sub("", text[start:end]).strip()


def _share_institution(text: str, links: Sequence[PostLink]) -> None:
    """Give all members of a list of names with posts the institution that closes the list.

    "A Direktur P, B Kabag Q, dan C Kasubdit R, Kementerian S": A and B are of Kementerian S, too.
    """
    for here, following in zip(reversed(links[:-1]), reversed(links[1:]), strict=True):
        listed = here.behind and following.behind and following.body and not here.body
        if listed and patterns.LIST_GAP.match(text, here.end, following.mention.start):
            here.body = following.body


def _share_post(scene: Scene, links: Sequence[PostLink]) -> Iterator[PostLink]:
    """The links of the further names of a list before which one post stands: "Wakil Menteri P A, B, dan C"."""
    held = {id(link.mention) for link in links}
    for link in links:
        if link.behind or not patterns.PLURAL.match(scene.text, link.start):
            continue
        i = bisect_left(scene.name_starts, link.mention.start)
        names = []
        for here, following in zip(scene.mentions[i:], scene.mentions[i + 1 : i + LONGEST_LIST], strict=False):
            closing = patterns.LIST_END.match(scene.text, here.degrees_end, following.start)
            if id(following) in held or not (
                closing or patterns.LIST_COMMA.match(scene.text, here.degrees_end, following.start)
            ):
                break
            names.append(following)
            if closing:
                yield from (PostLink(name, link.start, link.end) for name in names)
                break
