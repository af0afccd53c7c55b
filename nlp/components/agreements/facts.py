"""What a text says about an agreement besides its parties: status, date, subject, place and signatories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from spacy.tokens import Doc, Span

from nlp.components.dates import find_dates
from nlp.document import entities_in, sentence_at, sentence_of, text_in, text_of
from nlp.records import AGREEMENT_STATUSES

SIGNED, PLANNED, IN_FORCE, DISCUSSED = AGREEMENT_STATUSES[:4]
NEAR = 90  # characters on either side of a mention in which a verb is about it
RECENT = timedelta(days=45)  # a date of another sentence is the day of signing if it lies less far back than this
OLD = timedelta(days=365)  # what was signed longer ago than this is in force
# A verb or noun of signing: "menandatangani", "meneken", "penyerahan".
SIGN = re.compile(
    r"\b(?:(?:menan|ditan|penan)datangan|tanda ?tangan|(?:di|me)neken\b|diteken|teken\b|menyepakati|disepakati|menjalin\b|signed\b"
    r"|tertuang dalam\b|dituangkan dalam\b|mencapai\b|menghasilkan\b|penyerahan\b)",
    re.IGNORECASE,
)
# Words right before such a verb that put it off: "akan |menandatangani", "rencana untuk |menandatangani".
NOT_YET = re.compile(
    r"\b(?:akan|bakal|berencana|rencana\w*|segera|nantinya|ke depan|menjajaki|penjajakan|siap|persiapan|memfinalisasi|harus|wajib"
    r"|mengusulkan|jelang|perlu|meminta|memerintahkan\b.{0,60})\s+(?:\w+\s+){0,2}?\Z",
    re.IGNORECASE,
)
# Words of a plan: "akan", "penjajakan".
PLAN = re.compile(
    r"\b(?:akan|bakal|berencana|rencana\w*|segera|nantinya|ke depan|menjajaki|penjajakan|memfinalisasi|menyiapkan|disiapkan)\b",
    re.IGNORECASE,
)
# Words of talks that have not ended: "membahas", "draf", "belum".
TALK = re.compile(
    r"\b(?:membahas|dibahas|pembahasan|perundingan|negosiasi|merundingkan|draf\w*|rancangan|usul\w*|menuju|mencari|belum|tercapainya"
    r"|mematangkan)\b",
    re.IGNORECASE,
)
# Words that lean on an instrument which holds already: "sesuai dengan", "perpanjangan", "tahun 2019".
FORCE = re.compile(
    r"\b(?:berdasarkan|sesuai(?: dengan)?|merujuk|mengacu|berlaku|tindak lanjut(?: dari)?|menindaklanjuti|implementasi\w*|sudah ada"
    r"|memiliki|perpanjangan|mandat|amanat|merupakan bagian dari|pelaksanaan|tahun (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
# A clause of the instrument itself, which counts whatever else is planned: "MoU| antara A dan B yang telah disepakati|".
DONE = re.compile(
    r"[^.;]{0,200}?\byang\s+(?:telah\s+|sudah\s+)?(?:resmi\s+)?(?:disepakati|ditandatangani|diteken|dijalin|disahkan)",
    re.IGNORECASE,
)
HAS_NUMBER = re.compile(r"\b(?:Nomor|No\.?)\s", re.IGNORECASE)  # an instrument with a number holds

# A character of a subject. A point within a number or a name ends none: "penyerapan 25.000 ton", "PT.Uji".
_OF_TEXT = r"(?:[^.;\n\"“”]|\.(?=\w))"
# A subject before the mention: "|kerja sama dalam pengembangan X sebagai tindak lanjut dari |Nota Kesepahaman".
TOPIC_BEFORE = re.compile(
    r"kerja\s?sama\s+(?:dalam|di bidang|tentang|terkait|mengenai|untuk)\s+(?P<subject>"
    + _OF_TEXT
    + r"{5,200}?)\s*,?\s+"
    r"(?:sebagai\s+)?(?:tindak lanjut|kelanjutan|implementasi|pelaksanaan|perwujudan)\s+(?:dari\s+)?\Z",
    re.IGNORECASE,
)
_TEXT = f"(?P<subject>{_OF_TEXT}{{5,260}})"
# A subject right behind the mention: "MoU| tentang pengembangan X|", "MoU| ini mengatur pengembangan X|".
TOPIC_AFTER = re.compile(
    r"\s*(?:\([^)]{1,30}\)\s*)?(?:,\s*)?(?:(?:ini|tersebut|itu)\s+)?(?:(?:yang\s+)?(?:memuat|mengatur|mencakup|meliputi)|"
    r"tentang|terkait(?: dengan)?|mengenai|perihal|(?:di )?bidang|dalam rangka|dalam hal|untuk|soal|guna|dalam)\s+"
    + _TEXT,
    re.IGNORECASE,
)
# A subject later in the sentence: "MoU dengan A |di bidang perikanan|".
TOPIC_LATER = re.compile(r"\b(?:tentang|terkait|mengenai|perihal|di bidang|dalam rangka)\s+" + _TEXT, re.IGNORECASE)
# A purpose, taken for the subject if there is no other: "MoU dengan A |untuk mengembangkan X|".
PURPOSE = re.compile(r"\b(?:untuk|guna)\s+" + _TEXT, re.IGNORECASE)
# Where a subject ends and the sentence goes on about something else: " yang ditandatangani", " di Jakarta", ", kata".
TOPIC_END = re.compile(
    r",?\s+(?:yang (?:telah|akan|ditandatangani|disepakati|dilakukan|berlangsung|bisa|dapat)|di (?=[A-Z])|pada (?:hari|tanggal|bulan|saat"
    r"|senin|selasa|rabu|kamis|jum|sabtu|minggu)|bersama (?=[A-Z])|dengan (?=[A-Z])|antara |sebagai |sehingga |agar |serta tinggal )"
    r"|\s*\(\d|,\s+(?:senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|dan bahwa|kata|ujar|menurut)\b|\s+oleh\s",
    re.IGNORECASE,
)
# First words of what is an occasion rather than a subject: "dalam |rangkaian |kunjungan".
NO_TOPIC = re.compile(
    r"(?:konteks|koridor|rangkaian|acara|kunjungan|kesempatan|kegiatan|sambutan|situasi|forum|waktu|hal (?:ini|itu)|negeri|pertemuan)\b",
    re.IGNORECASE,
)
# Words for the instrument. What is left of its name without them is its subject: "|Perjanjian Kerja Sama| Data P".
INSTRUMENT_WORDS = re.compile(
    r"\b(?:nota|kesepahaman|kesepakatan|perjanjian|memorandum|letters?|intent|of|understanding|induk|kerja ?sama|surat|bersama|tertulis"
    r"|(?:joint|implementing|framework|cooperation|agreement|arrangement|on)|mou|pks)\b\s*",
    re.IGNORECASE,
)
AT_PLACE = re.compile(r"\b(?:di|bertempat di|berlangsung di)\s+$", re.IGNORECASE)  # before the place of signing
SIGNED_BY = re.compile(
    r"\bditandatangani\b.{0,40}\boleh\b|\bpenandatanganan\b.{0,60}\boleh\b", re.IGNORECASE | re.DOTALL
)


def mention_status(mention: Span) -> str | None:
    """The status that the words around one mention tell of the instrument; None if they tell nothing."""
    doc, sentence = mention.doc, sentence_of(mention)
    before = text_of(doc)[max(sentence.start_char, mention.start_char - NEAR) : mention.start_char]
    after = text_of(doc)[mention.end_char : min(sentence.end_char, mention.end_char + NEAR)]
    done = DONE.match(text_of(doc), mention.end_char, sentence.end_char)
    signs = [*SIGN.finditer(before)][-1:] or [*SIGN.finditer(after)][:1]
    if done is not None:
        return SIGNED
    if TALK.search(before) and not signs:
        return DISCUSSED
    if signs:
        lead = before[: signs[0].start()] if signs[0].string is before else before[-30:] + after[: signs[0].start()]
        return PLANNED if NOT_YET.search(lead) else SIGNED
    if PLAN.search(before[-50:]):
        return PLANNED
    if FORCE.search(before[-60:]) or FORCE.match(after.lstrip(" ,")) or HAS_NUMBER.search(mention.text):
        return IN_FORCE
    if TALK.search(before) or TALK.search(after[:40]):
        return DISCUSSED
    return PLANNED if PLAN.search(after[:40]) else None


def rule_status(doc: Doc, spans: Sequence[Span], statuses: Sequence[str | None]) -> tuple[str, str | None]:
    """(the instrument's status, the ISO date of its signing if it is signed or in force).

    spans     its mentions, the one that tells most first
    statuses  what the words around each mention tell

    Signed outweighs in force, that planned, and planned discussed. What was signed a year before the article is in
    force.
    """
    status = next((known for known in (SIGNED, IN_FORCE, PLANNED, DISCUSSED) if known in statuses), DISCUSSED)
    if status not in (SIGNED, IN_FORCE):
        return status, None
    reference = reference_day(doc)
    found = _date(doc, spans, reference, widely=status == SIGNED)
    if found and status == SIGNED and reference and _days_before(found, reference) > OLD.days:
        status = IN_FORCE
    return status, found


def reference_day(doc: Doc) -> str | None:
    """The day of the article: the one that was given, else the first full date of the text."""
    published = doc._.published_at
    if published and re.match(r"\d{4}-\d{2}", published):
        return str(published[:10])
    for source in (published or "", text_of(doc)[:3000]):
        full = [iso for _, _, iso in find_dates(source, None) if len(iso) == 10]
        if full:
            return full[0]
    return None


def _days_before(iso: str, reference: str) -> int:
    """Days from a date ("2016-10-08", "2016-10" or "2016", taken for its first day) to the day of the article."""
    try:
        return (
            date.fromisoformat(reference[:10])
            - date.fromisoformat(f"{iso}-01-01"[:10] if len(iso) == 4 else f"{iso}-01"[:10])
        ).days
    except ValueError:
        return 0


def _date(doc: Doc, spans: Sequence[Span], reference: str | None, *, widely: bool) -> str | None:
    """The date in the sentence of a mention, one behind the mention first.

    `widely`: if no such sentence has one, a recent full date of a sentence beside it or of the text's beginning.
    """
    for span in spans:
        middle = span.start_char - sentence_of(span).start_char
        dates = find_dates(text_in(sentence_of(span)), reference)
        # What follows the instrument dates it better than what precedes: "MoU yang telah disepakati ... bulan Oktober".
        after = [found for found in dates if found[0] >= middle]
        precise = [found for found in after if len(found[2]) >= 7] or [found for found in dates if len(found[2]) == 10]
        if precise:
            return precise[0][2]
    sentences: list[str] = []
    if widely:
        for span in spans:
            for neighbour in (sentence_of(span).start - 1, sentence_of(span).end):
                if 0 <= neighbour < len(doc) and not doc[neighbour].is_space:
                    sentences.append(text_in(sentence_at(doc, neighbour)))
        sentences.append(text_of(doc)[len(doc._.title) : len(doc._.title) + 500])
    found = (iso for text in sentences for _, _, iso in find_dates(text, reference) if len(iso) == 10)
    return next((iso for iso in found if reference and 0 <= _days_before(iso, reference) < RECENT.days), None)


def subject_of(mention: Span) -> str | None:
    """What the agreement is about, in the text's words; if its sentence does not tell, what its own name tells."""
    doc, sentence = mention.doc, sentence_of(mention)
    rest = text_of(doc)[mention.end_char : sentence.end_char]
    lead = text_of(doc)[sentence.start_char : mention.start_char]
    for match in (TOPIC_AFTER.match(rest), TOPIC_BEFORE.search(lead), TOPIC_LATER.search(rest), PURPOSE.search(rest)):
        if match is not None and not NO_TOPIC.match(match["subject"]):
            offset = sentence.start_char if match.string is lead else mention.end_char
            text = _cut(doc, match["subject"], offset + match.start("subject"))
            if len(text) > 4:
                return text
    own = INSTRUMENT_WORDS.sub("", " ".join(mention.text.split())).strip()
    return own if len(own.split()) >= 2 and not any(char.isdigit() or char == "(" for char in own) else None


def _cut(doc: Doc, text: str, start: int) -> str:
    """`text`, which begins at `start`, up to where another clause begins, or a person or post after a comma."""
    stop = TOPIC_END.search(text)
    text = text[: stop.start()] if stop else text
    span = doc.char_span(start, start + len(text), alignment_mode="contract")
    for entity in entities_in(span) if span is not None and len(span) else ():
        if (
            entity.label_ in ("PER", "TITLE")
            and text_of(doc)[max(0, entity.start_char - 9) : entity.start_char].rstrip()[-1:] == ","
        ):
            text = text[: entity.start_char - start]
            break
    return " ".join(text.split()).strip(" ,.-–")


def place_of_signing(spans: Sequence[Span], *, signed: bool) -> str | None:
    """Where it was signed ("Gedung X, Jakarta"): the first place behind "di" in the sentence of a mention.

    Of an instrument that is not signed yet only the first mention's sentence counts.
    """
    for span in spans if signed else spans[:1]:
        found = _place(sentence_of(span))
        if found:
            return found
    return None


def _place(sentence: Span) -> str | None:
    """The first place behind "di" in a sentence, with the places that follow it after commas."""
    entities = [e for e in entities_in(sentence) if e.label_ in ("LOC", "GPE")]
    for i, entity in enumerate(entities):
        if AT_PLACE.search(text_of(sentence.doc)[max(0, entity.start_char - 20) : entity.start_char]):
            parts = [entity.text]
            for following in entities[i + 1 :]:
                between = text_of(sentence.doc)[entity.end_char : following.start_char]
                if between.strip(" ") != ",":
                    break
                parts.append(following.text)
                entity = following
            return ", ".join(" ".join(part.split()) for part in parts)
    return None


def signatories_in(sentence: Span) -> tuple[str, ...]:
    """The people of a sentence that tells who signed: "ditandatangani oleh A dan B"."""
    if not SIGNED_BY.search(text_in(sentence)):
        return ()
    return tuple(dict.fromkeys(e.text for e in entities_in(sentence) if e.label_ == "PER"))
