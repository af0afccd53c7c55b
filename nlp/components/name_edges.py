"""Where a person's name begins and ends: what the ner leaves out of a name, or takes into it, put right by the words.

Steps of `pantau_repair`. Each takes a document's entities in their order and gives what they should be, or None to change
nothing; of entities that overlap the longest stays, of equally long ones the first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

from spacy.tokens import Doc, Span, Token

from nlp.components.matching import matches_at
from nlp.components.names import CORPS, HONORIFIC, LEADING, RANK, RANK_WORDS
from nlp.components.people import post_words
from nlp.components.posts import HEAD, NAME_LIKE
from nlp.components.speech_verbs import STEMS
from nlp.document import text_in, text_of, words_of
from nlp.gazetteers import common_words, name_words, regions

# A rank before a name. In "Direktur Jenderal" and the like the same word is the post's own.
RANK_BEFORE_NAME = re.compile(
    r"(?<!Direktur )(?<!Direktorat )(?<!Sekretariat )(?<!Inspektorat )(?<!Sekretaris )(?<!Inspektur )(?<!Konsul )(?<!Komisioner )(?<!Komisaris )(?<!Gubernur )"
    rf"(?<![\w-]){RANK}(?!\w)"
)
CORPS_FIRST = re.compile(rf"(?:{CORPS})\.?\s+")  # of a name: "Nav " of "Kolonel Nav Budi"
ONLY_HONORIFICS = re.compile(rf"(?:{LEADING.pattern}|[Pp]urn\.? )+")
RANK_WINDOW = 40  # characters around an entity in which its rank may begin and end
# An initial, or a first name of a few letters: "F", "A.", "R.G.", "LP", "Moh."
INITIAL = re.compile(r"(?:[A-Z]|[A-Z]\.(?:[A-Z]\.?){0,2}|[A-Z]{2})\Z")
# The same before a name, where two capitals without full stops are somebody's institution ("RI Budi").
FIRST_INITIAL = re.compile(r"(?:[A-Z]|[A-Z]\.(?:[A-Z]\.?){0,2}|Moh\.?|Muh\.?|Mhd\.?|Abd\.?|Sy\.?)\Z")
TWO_CAPITALS = re.compile(r"[A-Z]{2,3}\Z")  # a degree at the end of a name, rather than initials: "ST", "MM"
CAPITALS = re.compile(r"(?=.*[A-Z])[A-Z0-9]{3,}\Z")  # no word of a name whose others are in small letters: "P3M"
NUMERALS = frozenset(("I", "II", "IV", "V", "VI", "IX", "X", "XI", "RI", "TV"))
# A teaser for another article, whose headline it quotes.
TEASER_MARKS = ("aca juga", "aca Juga", "imak juga", "imak Juga", "onton juga", "onton Juga", "ihat juga", "ihat Juga")
TEASER_VERB = 1  # characters of the verb before such a mark
TEASER = re.compile(r"(?:[Bb]aca|[Ss]imak|[Tt]onton|[Ll]ihat) [Jj]uga\b[^\n]{0,160}")
# A post that heads a region.
HEADS_REGION = re.compile(r"(?:\w+\.?\s+)?(?:Bupati|Wali ?[Kk]ota|Gubernur)")
# How short forms of posts begin: "Kabag", "Danramil", "Menpora".
POST_LIKE = re.compile(r"Ka|Wa|Dan|Pang|Sek|Men|Dir|Dit|Kep|Ket|Kom|Adm|Gub|Bup|Bha|Bab|Pj|Plt|Plh|Jub|Jak|Pre")
# The last word of an English post, the words that join its parts, and how many words may stand before its head.
ENGLISH_HEADS = frozenset("Director Manager Officer President Chairman Secretary Executive Head Lead Leader".split())
ENGLISH_LINKS = frozenset(("&", "and", "of", "-", "/"))
LONGEST_ENGLISH = 8
NAME_PART = re.compile(r"(?![a-z\d_])[^\W\d_][^\W\d_A-Z]+(?:[-'’`][^\W\d_]+)*['’`]?\Z")


def without_ranks(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Cut ranks and forms of address from names, and drop posts and names that are nothing else: "AKBP", "Ustaz"."""
    text = text_of(doc)
    after: list[Span] = []
    for entity in before:
        pieces = [(entity.start_char, entity.end_char)]
        if entity.label_ in ("PER", "TITLE", "ORG"):
            if not RANK_WORDS.isdisjoint(words_in(entity)):
                pieces = list(_outside_ranks(text, entity))
            if entity.label_ != "ORG":
                pieces = [piece for piece in pieces if not _is_only_address(text[slice(*piece)])]
        if entity.label_ == "PER":
            pieces = [_without_address(text, *p) if _begins_with_address(text[slice(*p)]) else p for p in pieces]
        if pieces == [(entity.start_char, entity.end_char)]:
            after.append(entity)
        else:
            cut = [doc.char_span(start, end, label=entity.label_) for start, end in pieces]
            after += [span for span in cut if span is not None]
    return after if after != list(before) else None


def _outside_ranks(text: str, entity: Span) -> Iterator[tuple[int, int]]:
    """What is left of an entity without the ranks in it; all of it where a rank begins a post ("Kapten Tim X")."""
    start, end = entity.start_char, entity.end_char
    for rank in RANK_BEFORE_NAME.finditer(text, max(0, start - RANK_WINDOW), end + RANK_WINDOW):
        first, last = rank.span()
        if last <= start or first >= end:
            continue
        if entity.label_ != "PER" and first <= start and last < end:
            continue
        if text[start:first].strip(" ,("):
            yield start, start + len(text[start:first].rstrip(" ,("))
        start = last
    rest = text[start:end]
    if rest.strip(" ,.)"):
        yield start + len(rest) - len(rest.lstrip(" ,.)")), end


@lru_cache(maxsize=20_000)
def _is_only_address(name: str) -> bool:
    return ONLY_HONORIFICS.fullmatch(f"{name} ") is not None


@lru_cache(maxsize=20_000)
def _begins_with_address(name: str) -> bool:
    """Whether a name begins with a form of address, or with a rank's corps."""
    return LEADING.match(name) is not None or CORPS_FIRST.match(name) is not None


def _without_address(text: str, start: int, end: int) -> tuple[int, int]:
    """The name without forms of address before it and without a rank's corps ("Nav" of "Kolonel Nav Budi")."""
    while match := LEADING.match(text, start, end):
        if text.startswith("Bung ", start) or not text[match.end() : match.end() + 1].isupper() or match.end() >= end:
            break
        start = match.end()
    corps = CORPS_FIRST.match(text, start, end)
    if corps and text[:start].rstrip().endswith(tuple(RANK_WORDS)):
        start = corps.end()
    return start, end


def without_common_words(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Cut what goes on behind a name in a headline ("Budi Copot", "Budi Tanam Pohon"); drop names that are no name.

    Words of common speech end a name in the headline and in teasers ("Baca juga: ..."), bare verbs everywhere. What is
    made of common words alone is no name ("Akan Audit"), unless the text has it in a longer one.
    """
    names = [entity for entity in before if entity.label_ == "PER"]
    if not names:
        return None
    common = {entity.start for entity in names if _is_common(entity)}
    longer = (
        {word.lower() for name in names if name.start not in common for word in words_in(name)} if common else set()
    )
    text = text_of(doc)
    teasers = teasers_in(text)
    after: list[Span] = []
    for entity in before:
        if entity.label_ == "PER":
            if entity.start in common and (len(entity) > 1 or words_in(entity)[0].lower() not in longer):
                continue
            at = entity.start_char
            headline = at < len(doc._.title) or any(start <= at < end for start, end in teasers)
            first, last = _proper_part(entity, headline)
            if first == last:
                continue
            if (first, last) != (entity.start, entity.end):
                entity = Span(doc, first, last, label="PER")
        after.append(entity)
    return after if after != list(before) else None


def teasers_in(text: str) -> list[tuple[int, int]]:
    """Where teasers for other articles stand in a text."""
    return [match.span() for match in matches_at(TEASER, text, _teasers(text))]


def _teasers(text: str) -> list[int]:
    """Where the words of a teaser may begin."""
    found = []
    for also in TEASER_MARKS:
        at = text.find(also)
        while at >= 0:
            found.append(at - TEASER_VERB)
            at = text.find(also, at + 1)
    return sorted(found)


def english_posts(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Lengthen an English post by what stands before its head: "Sales & Marketing" + "Director PT P"."""
    words, after, free = words_of(doc), list[Span](), 0
    for entity in before:
        start = entity.start
        if entity.label_ == "TITLE" and words[start] in ENGLISH_HEADS:
            while start > max(free, entity.start - LONGEST_ENGLISH) and _is_english(words[start - 1]):
                start -= 1
            while words[start] in ENGLISH_LINKS:
                start += 1
        if start < entity.start and start > 0 and words[start - 1] == ",":
            entity = Span(doc, start, entity.end, label="TITLE")
        after.append(entity)
        free = entity.end
    return after if after != list(before) else None


def _is_english(word: str) -> bool:
    return word in ENGLISH_LINKS or (word[:1].isupper() and word.isalpha())


def _is_common(entity: Span) -> bool:
    return all(word.lower() in common_words() for word in words_in(entity))


def _proper_part(entity: Span, headline: bool) -> tuple[int, int]:
    """The tokens of a name up to the verb that follows it; in a headline without common words at either end."""
    words, first, last = words_of(entity.doc), entity.start, entity.end
    last = next((i for i in range(first + 1, last) if words[i].lower() in _bare_verbs()), last)
    if headline:
        while first < last and words[last - 1].lower() in common_words():
            last -= 1
        begin = next((i for i in range(first, last) if words[i].lower() not in common_words()), last)
        if begin == last or words[begin] in name_words():
            first = begin
    return first, last


@lru_cache(maxsize=1)
def _bare_verbs() -> frozenset[str]:
    """Verbs as headlines have them, without their prefix: "copot" of "mencopot"."""
    words = common_words()
    return frozenset(word for word in words if len(word) > 3 and _with_prefix(word) in words)


def _with_prefix(stem: str) -> str:
    """The verb with its prefix: "menggugat" of "gugat", "mencopot" of "copot", "menyita" of "sita"."""
    first = stem[0]
    if first in "kstp":
        return {"k": "meng", "s": "meny", "t": "men", "p": "mem"}[first] + stem[1:]
    return ("mem" if first in "bfv" else "men" if first in "dcj" else "me" if first in "lrmnwy" else "meng") + stem


def posts_out_of_names(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Give the words of a post that begin a name to the post: "Wakil" + "Presiden Budiyono", "Kadispora Budi"."""
    after: list[Span] = []
    for entity in before:
        cut = entity.start
        if entity.label_ == "PER":
            title = after[-1] if after and after[-1].label_ == "TITLE" and after[-1].end == cut else None
            while cut < entity.end - 1 and _is_post_word(doc[cut], title is not None or cut > entity.start):
                cut += 1
        if cut > entity.start:
            start = after.pop().start if title is not None else entity.start
            after.append(Span(doc, start, cut, label="TITLE"))
            entity = Span(doc, cut, entity.end, label="PER")
        after.append(entity)
    return after if after != list(before) else None


def _is_post_word(token: Token, inside: bool) -> bool:
    """Whether a capitalised word belongs to a post; behind a post's first words (`inside`) any word of posts does."""
    head = HEAD.fullmatch(token.text)
    if head is not None and token.text not in NAME_LIKE:
        return True
    if not inside or len(token) < 3 or token.text in name_words():
        return False
    return token.lower_ in post_words() or (len(token) > 5 and token.lower_ in common_words())


def grown(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Lengthen names by the words beside them that can only be a name's, and join what an initial holds together."""
    words = words_of(doc)
    after: list[Span] = []
    for entity in before:
        if entity.label_ == "PER":
            floor = after[-1].end if after else 0
            first, last = _left(doc, entity.start, floor), _right(doc, entity.end)
            if after and _is_continued(doc, after[-1], entity):
                first = after.pop().start
            while last - 1 > first and CAPITALS.match(words[last - 1]) and not words[first].isupper():
                last -= 1
            if (first, last) != (entity.start, entity.end):
                entity = Span(doc, first, last, label="PER")
        after.append(entity)
    return after if after != list(before) else None


def _is_continued(doc: Doc, name: Span, entity: Span) -> bool:
    """Whether an initial holds a name and what follows it together: "Nixon" LP "Napitupulu", "Bonny F" "Sagala"."""
    if name.label_ != "PER" or not 0 <= entity.start - name.end <= 1 or not adjoins(doc, name.end - 1):
        return False
    initial = doc[entity.start - 1]
    return bool(INITIAL.match(initial.text) and initial.whitespace_ and initial.text not in NUMERALS)


def _left(doc: Doc, first: int, floor: int) -> int:
    """Where a name begins: at an initial or a word of names right before it."""
    while first > floor and adjoins(doc, first - 1) and not doc[first - 1].ent_type:
        text = words_of(doc)[first - 1]
        initial = FIRST_INITIAL.match(text) and text not in NUMERALS
        if not (initial or _is_name_word(text)) or LEADING.match(f"{text} "):
            break
        first -= 1
    return first


def _right(doc: Doc, last: int) -> int:
    """Where a name ends: behind the words of names that follow it, and behind "F Sagala" and "H"."""
    while last < len(doc) and adjoins(doc, last - 1) and not doc[last].ent_type:
        text = words_of(doc)[last]
        if _is_name_word(text):
            last += 1
        elif INITIAL.match(text) and text not in NUMERALS:
            following = doc[last + 1] if last + 1 < len(doc) and doc[last].whitespace_ else None
            goes_on = following is not None and not following.ent_type and _may_be_name(following)
            if goes_on:
                last += 2
            elif len(text.rstrip(".")) == 1 and (following is None or not following.text[:1].isupper()):
                return last + 1
            else:
                break
        else:
            break
    return last


def adjoins(doc: Doc, i: int) -> bool:
    """Whether one space parts a token from the next."""
    return bool(doc[i].whitespace_)


def _is_name_word(text: str) -> bool:
    return text in name_words() and NAME_PART.match(text) is not None


def _may_be_name(token: Token) -> bool:
    """Whether a word behind an initial is the rest of the name: capitalised, of no post and not common."""
    known = token.lower_ in post_words() or token.lower_ in common_words()
    return not known and NAME_PART.match(token.text) is not None


def words_in(entity: Span) -> tuple[str, ...]:
    """The words of an entity."""
    return tuple(words_of(entity.doc)[entity.start : entity.end])


def bodies_out_of_names(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Give a post the name of its institution or region that the ner took for a person's.

    "Kapolsek" + "Liang Anggang", Kompol Budi Santoso", "Presiden" + "Boeing Asia" Tenggara, Budi Santoso: what stands
    between a post and the name of its holder is what the post is over, if it has a rank behind it or no word of names, or
    if the post heads it ("Bupati" + "Bima", Hj. Siti).
    """
    text = text_of(doc)
    after: list[Span] = []
    known = Counter(words_in(entity) for entity in before if entity.label_ == "PER")
    for entity, following in zip_longest(before, before[1:]):
        post = after[-1] if after else None
        if (
            following is not None
            and entity.label_ == following.label_ == "PER"
            and post is not None
            and post.label_ == "TITLE"
            and post.end == entity.start
        ):
            between = BETWEEN.fullmatch(text, entity.end_char, following.start_char)
            strange = not any(word in name_words() for word in words_in(entity)) and known[words_in(entity)] < 2
            region = HEADS_REGION.fullmatch(text_in(post)) is not None and _is_region(text_in(entity))
            if between and (strange or region) and (between["sign"] or between["rank"]):
                whole = doc.char_span(post.start_char, between.end("rest") if between["sign"] else entity.end_char)
                after[-1] = Span(doc, post.start, whole.end if whole is not None else entity.end, label="TITLE")
                continue
        after.append(entity)
    return after if len(after) < len(before) else None


def _is_region(name: str) -> bool:
    return any(regions().find(kind, name) for kind in ("kabupaten", "kota", "provinsi"))


def names_out_of_posts(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Give a name its first word that the ner took for a post: "ujar" "Pulihan" + "Harahap".

    The word stands between a verb of saying and the name, and looks like no post, or it is a word of names.
    """
    words, after = words_of(doc), list[Span]()
    for entity in before:
        post = after[-1] if after else None
        if entity.label_ == "PER" and post is not None and post.label_ == "TITLE" and post.end == entity.start:
            word = words[post.start]
            said = post.start > 0 and words[post.start - 1].lower() in STEMS
            if len(post) == 1 and (said or word in name_words()) and _is_first_name(word):
                entity = Span(doc, after.pop().start, entity.end, label="PER")
        after.append(entity)
    return after if len(after) < len(before) else None


def _is_first_name(word: str) -> bool:
    """Whether a word looks like a name's: of no post and not common, and not spelt as short forms of posts are."""
    known = word.casefold() in post_words() or word.casefold() in common_words() or LEADING.match(f"{word} ")
    return (
        not known and NAME_PART.match(word) is not None and HEAD.fullmatch(word) is None and not POST_LIKE.match(word)
    )


# Between a post with its region and the name of its holder: ", Kompol ", " Tenggara, ", " di Banyuwangi, ".
BETWEEN = re.compile(
    rf"(?:(?P<rest>(?: [A-Z][\w-]+){{0,2}})(?: di(?: [A-Z][\w-]+){{1,2}})?(?P<sign>\s*,))?\s*(?P<rank>(?:{HONORIFIC}\s*)+)?"
)
