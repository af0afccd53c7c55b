"""Names by what stands around them: units taken for holders, names beside a post, words of the page. Of `pantau_repair`.

Each step takes a document's entities in their order and gives what they should be, or None to change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, pairwise

from spacy.tokens import Doc, Span

from nlp.components.name_agreement import is_free_word
from nlp.components.name_edges import BETWEEN, POST_LIKE, adjoins, words_in
from nlp.components.names import HONORIFIC, RANK_WORDS
from nlp.components.posts import HEAD
from nlp.components.speech_verbs import ACTIVE_VERBS
from nlp.document import text_in, text_of, words_of
from nlp.gazetteers import common_words, countries, name_words, place_key, regions

# Words of the page around an article, with which no name begins.
PAGE_WORDS = frozenset(
    """
    Baca Simak Tonton Lihat Advertisement Penulis Editor Reporter Laporan Gambas WhatsApp Halaman Artikel Berita Foto Video
    Sumber Selengkapnya
    """.split()
)
CALENDAR = frozenset(
    """
    Senin Selasa Rabu Kamis Jumat Jum'at Sabtu Minggu Ahad Januari Februari Maret April Mei Juni Juli Agustus September Oktober
    November Desember
    """.split()
)
# Words before the name of a thing or a place; the same name behind a post is no holder's.
THING = re.compile(
    r"\b(?:Kelurahan|Desa|Kecamatan|Dusun|Kampung|Nagari|Gampong|Perumahan|Kompleks|Pasar|Hotel|RSUD|RSIA|RS|SD|SDN|SDS|SMP|SMPN|SMA|SMAN"
    r"|SMK|SMKN|PT|CV|PO|KM|KMP|Koperasi|Yayasan|Rumah Sakit|Sentra|bus|kapal|merek|grup|band|klub|aplikasi|sepatu)\s+"
    r"(?P<name>[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*){1,3})"
)
# The same with a company's last word: "Lembayung Logtek| Holdings|".
COMPANY = re.compile(
    r"(?P<name>\b[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*){1,3}?)\s+(?:Holdings?|Ltd|Inc|Corp|Corporation|Tbk|Technologies|Sdn)\b"
)
# A post over a unit or a place that is named right behind it.
OVER_PLACE = re.compile(
    r"(?:\w+\.?\s+)?(?:Lurah|Camat|Kades|Kepala\s+(?:Desa|Dusun|SD|SMP|SMA|SMK|Puskesmas|Pasar)\w*|Kapolsek|Kanit|Danramil|Bupati"
    r"|Wali ?[Kk]ota|Gubernur|Direktur\s+RS\w*)(?:\s+\w+)?"
)
# What follows the name of a holder who acts: ", menegaskan", " mengatakan", ".".
GOES_ON = re.compile(r"\s*(?:\([^()\n]{1,30}\)\s*)?(?:,\s*(?!dan\b|serta\b)(?=[a-z])|(?=\s[a-z])(?!\s+dan\b)|\.)")
# A name beside a post that the ner did not see: "Manajer Layar|, |Stale Solbakken|, diperkirakan".
BESIDE = re.compile(
    rf",\s+(?:(?:{HONORIFIC})[\s,]*)*(?P<name>[A-Z][\w'’-]+(?:\s(?:[A-Z]\.|[A-Z][\w'’-]+)){{0,3}})"
    rf"(?=,\s*(?:[a-z]|\d)|,?\s(?:{'|'.join(ACTIVE_VERBS)})\b)"
)

# The same without a comma, of two words or more: "Perdana Menteri Ukraina| |Mykola Azarov| memprediksi".
BEHIND = re.compile(
    rf"\s(?P<name>[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+){{1,2}})(?=,?\s(?:{'|'.join(ACTIVE_VERBS)}|me[mn]\w{{4,}})\b)"
)


def without_page_words(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Drop names that are words of the page ("Baca" of "Baca juga") or one letter, and countries before names."""
    after: list[Span] = []
    for entity in before:
        if entity.label_ == "PER":
            words = words_in(entity)
            skip = 0
            while skip < len(words) and (words[skip] in PAGE_WORDS or _is_country_before(words, skip)):
                skip += 1
            if skip == len(words) or sum(map(str.isalpha, "".join(words[skip:]))) < 2:
                continue
            if skip:
                entity = Span(doc, entity.start + skip, entity.end, label="PER")
        after.append(entity)
    return after if after != list(before) else None


def _is_country_before(words: Sequence[str], at: int) -> bool:
    """Whether a word is a country's before a name of two words or more: "Argentina" of "Argentina Lionel Scaloni"."""
    return len(words) - at > 2 and place_key(words[at]) in countries() and words[at] not in name_words()


def units_behind_posts(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Give a post the name of its unit or place that the ner took for a person: "Lurah" + "Watu Biru", Budi Santoso.

    What stands right behind a post is no holder's if the text names a thing or a place so ("Kelurahan Watu Biru"), or if
    the holder's name follows behind a comma and the post is one over a place, or the name ends like a region's.
    """
    text = text_of(doc)
    pairs = [
        (i, post, name)
        for i, (post, name) in enumerate(pairwise(before))
        if (post.label_, name.label_) == ("TITLE", "PER") and post.end == name.start
    ]
    if not pairs:
        return None
    things = _things(text) if any(len(name) > 1 for _, _, name in pairs) else frozenset()
    after: list[Span | None] = list(before)
    for i, post, name in pairs:
        holder = before[i + 2] if i + 2 < len(before) else None
        if text_in(name) in things or (holder is not None and _is_unit(text, post, name, holder)):
            after[i], after[i + 1] = Span(doc, post.start, name.end, label="TITLE"), None
    kept = [entity for entity in after if entity is not None]
    return kept if len(kept) < len(before) else None


def _things(text: str) -> frozenset[str]:
    """The names of two words or more that the text gives to things, places and companies, and how they begin."""
    found: set[str] = set()
    for match in chain(THING.finditer(text), COMPANY.finditer(text)):
        words = match["name"].split()
        found.update(" ".join(words[:end]) for end in range(2, len(words) + 1))
    return frozenset(found)


def _is_unit(text: str, post: Span, name: Span, holder: Span) -> bool:
    """Whether the name between a post and a holder, who follows behind a comma, is the post's unit or place."""
    if holder.label_ != "PER" or GOES_ON.match(text, holder.end_char) is None:
        return False
    between = BETWEEN.fullmatch(text, name.end_char, holder.start_char)
    if between is None or not between["sign"]:
        return False
    return OVER_PLACE.fullmatch(text_in(post)) is not None or _ends_in_region(words_in(name))


def _ends_in_region(words: Sequence[str]) -> bool:
    """Whether a name ends with one of a region, which no name of people has."""
    tails = (" ".join(words[-count:]) for count in (2, 1) if len(words) >= count)
    kinds = ("kecamatan", "kabupaten", "kota", "provinsi")
    return words[-1] not in name_words() and any(regions().find(kind, tail) for tail in tails for kind in kinds)


def names_beside_posts(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Mark names that the ner did not see where only a holder's can stand: behind a post and a comma, before a deed."""
    text, title_end = text_of(doc), len(doc._.title)
    found: list[Span] = []
    for i, entity in enumerate(before):
        if entity.label_ != "TITLE" or entity.start_char < title_end:
            continue
        match = BESIDE.match(text, entity.end_char)
        if match is None and _is_whole(text_in(entity)):
            match = BEHIND.match(text, entity.end_char)
        limit = before[i + 1].start_char if i + 1 < len(before) else len(text)
        if match is None or match.end("name") > limit:
            continue
        name = doc.char_span(*match.span("name"), label="PER")
        if name is not None and _can_be_name(words_in(name)):
            found.append(name)
    return sorted([*before, *found], key=lambda span: span.start) if found else None


def _is_whole(post: str) -> bool:
    """Whether a post ends with its institution or region for sure: in a country, a region, capitals or a bracket."""
    last = post.split()[-1]
    return (
        last.endswith(")")
        or (last.isupper() and len(last) > 1)
        or _ends_in_region((last,))
        or place_key(last) in countries()
    )


def _can_be_name(words: Sequence[str]) -> bool:
    """Whether words that we don't know may be a name: none is of a post, of a region or of the page, not all are common."""
    plain = [word for word in words if len(word.rstrip(".")) > 1]
    free = all(is_free_word(word) or word.lower() in common_words() for word in plain) and any(map(is_free_word, plain))
    return (
        free
        and (PAGE_WORDS | CALENDAR).isdisjoint(plain)
        and not _ends_in_region(words)
        and place_key(" ".join(words)) not in countries()
    )


def names_in_posts(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Give a name its first word that the ner took for a post: "kepala dan Novel" + "Baswedan", "Welmart" + "Purba"."""
    words, after = words_of(doc), list[Span]()
    for entity in before:
        post = after[-1] if after else None
        if entity.label_ == "PER" and post is not None and post.label_ == "TITLE" and post.end == entity.start:
            first = words[post.end - 1]
            listed = len(post) > 2 and words[post.end - 2] in ("dan", "serta") and words[post.end - 3].islower()
            alone = len(post) == 1 and post.start > 0 and words[post.start - 1] == ","
            free = HEAD.fullmatch(first) is None if listed else is_free_word(first) and not POST_LIKE.match(first)
            if (listed or alone) and first[:1].isupper() and free:
                after.pop()
                after += [Span(doc, post.start, post.end - 2, label="TITLE")] if listed else []
                entity = Span(doc, post.end - 1, entity.end, label="PER")
        after.append(entity)
    return after if after != list(before) else None


def surnames(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Lengthen a name of one word behind a post or a rank by the unknown words behind it: "AKBP" "Thommy" + "Aruan"."""
    words, after, taken = words_of(doc), list[Span](), {entity.start for entity in before}
    for entity in before:
        if entity.label_ == "PER" and len(entity) == 1 and entity.start_char >= len(doc._.title):
            post = after[-1] if after else None
            held = post is not None and post.label_ == "TITLE" and post.end == entity.start
            ranked = entity.start > 0 and words[entity.start - 1].rstrip(".") in RANK_WORDS
            end = _surname_end(doc, entity.end, taken) if held or ranked else entity.end
            if end > entity.end:
                entity = Span(doc, entity.start, end, label="PER")
        after.append(entity)
    return after if after != list(before) else None


def _surname_end(doc: Doc, start: int, taken: set[int]) -> int:
    """Where the unknown words end that go on with a name, three at most; `start` where they are more, or none is."""
    words, end = words_of(doc), start
    while end < len(doc) and end not in taken and adjoins(doc, end - 1) and words[end][:1].isupper():
        if words[end].isupper():
            break  # a degree
        if end - start == 3 or not is_free_word(words[end]) or not _can_be_name((words[end],)):
            return start
        end += 1
    return end


def longer_than_named(doc: Doc, before: Sequence[Span]) -> list[Span] | None:
    """Cut the word before a name that the text has without it, or that it has for a body.

    "Selimut" of "Selimut Mashyadi" if that is common and "Mashyadi" stands elsewhere; "Medrom" of "Medrom Piotr Wronski"
    behind a post if "Medrom" is a body elsewhere.
    """
    names = {words_in(entity) for entity in before if entity.label_ == "PER"}
    bodies = {text_in(entity) for entity in before if entity.label_ == "ORG" and len(entity) == 1}
    posts = {entity.end for entity in before if entity.label_ == "TITLE"}
    after = [_cut(doc, entity, names, bodies if entity.start in posts else set()) for entity in before]
    return after if after != list(before) else None


def _cut(doc: Doc, entity: Span, names: set[tuple[str, ...]], bodies: set[str]) -> Span:
    words = words_in(entity)
    if entity.label_ != "PER" or len(words) < 2 or words[0] in name_words():
        return entity
    known = words[1:] in names and words[0].lower() in common_words()
    if known or (len(words) > 2 and words[0] in bodies):
        return Span(doc, entity.start + 1, entity.end, label="PER")
    return entity
