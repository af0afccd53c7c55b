"""Judgement: is a page an article at all? What speaks for and against it, each with its weight and in words.

Sites answer with status 200 where they have no article: notices of maintenance and of errors, requests for a login or
for consent, shells that want JavaScript, lists of articles, pages about themselves. The weights were set on the pages
of ../shared/data/pages; docs/extraction.md has what they come to on others. Whoever changes one runs
tests/pipelines/extract/test_judgement.py, which has siblings of every kind on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines.extract.blocks import Block
from pipelines.extract.page import NotAnArticle, ParsedPage
from pipelines.language.words import word_key

ENOUGH = 3.0  # so much evidence of one kind makes a page no article
# A page with less text is no article, or one that has a date: the shortest real ones, captions of a picture, have ten
# words and twenty.
MIN_WORDS, MIN_DATED = 15, 8
NOTICE_WORDS = 150  # a notice is shorter; of 66 real articles the shortest that nothing else confirms has 85 words
LONG_NOTICE = 400  # words, of consent and its small print, where nothing says that the page is an article
THIN = 40  # words, of a page on which neither date nor headline says that they are an article: the footer of a shell
MOST = 20  # headings of a kind that are read: thousands inside one another would be read as often
TELLING = 4  # words of a headline; "Account Suspended" and the site's name have fewer

# What sites say in an article's place, in small letters, one pattern a thing said. News quotes such words; so one alone
# is not enough where date and headline speak for an article.
NOTICES = [
    re.compile(pattern)
    for pattern in (
        r"\b(?:situs|website|web|laman|portal|server|sistem|layanan|aplikasi|halaman)\b.{0,40}\b(?:sedang|masih|tengah)"
        r"\b.{0,30}\b(?:pemeliharaan|perawatan|perbaikan|pengembangan|diperbaiki|dipelihara|diperbarui|maintenance)",
        r"\b(?:pemeliharaan|perawatan) (?:sistem|server|rutin|berkala|terjadwal)|\b(?:under|scheduled|down for)"
        r" (?:construction|maintenance)|maintenance mode|be (?:right )?back soon|coming soon|segera hadir",
        r"mohon maaf atas (?:ke)?tidak ?nyaman|ketidaknyamanan (?:ini|anda)|sorry for the inconvenience"
        r"|terima kasih atas (?:pengertian|kesabaran)",
        r"\b(?:silakan|coba|mohon) (?:kembali|kunjungi kembali|coba|muat ulang|ulangi|datang)\b.{0,40}"
        r"\b(?:lagi|nanti|kembali|saat|kemudian|halaman)|(?:please )?(?:try|check) (?:again|back)",
        r"establishing a database connection|sqlstate|mysqli?_|database (?:error|connection)|connection refused"
        r"|fatal error|internal server error|bad gateway|service unavailable|gateway time-?out|stack trace"
        r"|kesalahan (?:pada )?(?:server|sistem|basis data|database)|gagal (?:ter)?(?:hubung|sambung|koneksi)"
        r"|koneksi (?:ke )?(?:basis data|database|server)|bandwidth limit",
        r"^(?:maaf|ups|oops|waduh)?\W*(?:terjadi|ada) (?:kesalahan|galat|gangguan)|^(?:error|galat)\b"
        r"|something went wrong",
        r"\b(?:account|akun|situs|website|hosting|domain|layanan)\b.{0,40}\b(?:suspended|ditangguhkan|dinonaktifkan"
        r"|dibekukan|disabled|expired|kedaluwarsa|kadaluarsa|telah berakhir)",
        r"\bdomain\b.{0,40}\b(?:for sale|dijual|is parked|diparkir|registered)|(?:buy|inquire about|renew) this domain"
        r"|related searches|hosting provider|penyedia hosting|hubungi (?:administrator|admin|penyedia|pengelola)",
        r"\b(?:berita|artikel|halaman|konten|laman|tulisan|data|informasi)\b.{0,40}\b(?:sudah|telah|tidak|tak|mungkin"
        r"|belum)\b.{0,20}\b(?:dihapus|dipindah\w*|ditemukan|tersedia|ada lagi|kami hapus|diturunkan|ditarik)",
        r"\b(?:page|article|content|file|story)\b.{0,40}\b(?:not found|removed|deleted|no longer"
        r"|does(?:n.t| not) exist|unavailable)|\b404\b",
        r"kotak pencarian|kembali ke (?:beranda|halaman (?:utama|depan|sebelumnya))"
        r"|(?:return|back|go) to (?:the )?home",
        r"(?:enable|requires?|needs?|without|aktifkan|mengaktifkan|memerlukan|membutuhkan|tanpa) java ?script"
        r"|javascript (?:is )?(?:disabled|required|dinonaktifkan|harus|perlu)"
        r"|browser (?:anda )?(?:tidak|belum) mendukung",
        r"(?:memuat|loading)\W{0,3}(?:halaman|data|konten|page|please|mohon|\.{2,}|…|$)|mohon (?:di)?tunggu"
        r"|please wait",
        r"\b(?:situs|website|laman|kami|we|site|portal)\b.{0,60}\b(?:memakai|menggunakan|uses?|using)\b.{0,20}"
        r"\b(?:kuki|cookies?)",
        r"\b(?:setuju|menyetujui|persetujuan|mengizinkan|menerima|accept|agree|consent|allow)\b.{0,60}\b(?:kuki|cookies?"
        r"|mitra|partners?|data|privasi|privacy|syarat|terms|perangkat|device)",
        r"(?:kebijakan|menghargai|pengaturan) (?:privasi|kuki|cookies?)|privacy (?:policy|settings|page)|your privacy",
        r"sebelum (?:anda )?melanjutkan|before you continue|untuk melanjutkan|to continue",
        r"\b(?:silakan|harus|perlu|mohon|please|must)\b.{0,20}\b(?:masuk|login|log in|sign in|mendaftar|berlangganan"
        r"|subscribe)\b|belum (?:punya|memiliki) akun|lupa (?:kata sandi|password)|daftar (?:gratis|sekarang|akun)"
        r"|(?:log|sign) ?in to|forgot (?:your )?password|khusus (?:pelanggan|anggota|member)",
        r"\b(?:verifikasi|buktikan|verify|confirm|prove)\b.{0,40}\b(?:manusia|human|robot|usia|umur|age)\b|captcha"
        r"|berusia (?:di atas )?(?:18|21)|lalu lintas (?:yang )?tidak (?:biasa|wajar)|unusual traffic"
        r"|(?:akses|access) (?:anda )?(?:ditolak|dibatasi|denied|diblokir)",
    )
]
# The names of pages on which a site tells of itself or lists what it has.
LIST_NAME = re.compile(
    r"(?:indeks|index|arsip|archives?|daftar|list of|kumpulan|kategori|category|rubrik|topik|tag|label|penulis|author"
    r"|hasil pencarian|pencarian|search results?|cari|halaman|page)\b.{0,60}"
    r"|(?:(?:semua|seluruh) )?(?:berita|artikel|siaran pers|pengumuman|news|kabar|galeri|agenda|foto|video|publikasi)"
    r"(?: (?:terkini|terbaru|terpopuler|lainnya|utama|daerah|foto|video|kegiatan|dan \w+|& \w+))?"
    r"|beranda|home(?:page)?|halaman utama|selamat datang.{0,60}|welcome.{0,60}",
    re.IGNORECASE,
)
_BODY = r"(?:dinas|kementerian|badan|lembaga|kabupaten|kota|provinsi|kecamatan|desa|kelurahan|sekolah|fakultas|bagian"
_BODY += r"|perusahaan|organisasi|instansi|kantor|pemerintah|komisi|universitas|partai|yayasan)\b[^,:;?!]{0,60}"
# Alone they say it; with a body's name behind them, too.
PURE_NAME = re.compile(
    rf"(?:profile?(?: (?:singkat|kami|pejabat|pimpinan|{_BODY}))?|tentang (?:kami|{_BODY})|about(?: us)?"
    r"|visi(?:,? (?:dan|&|serta))? ?misi[^,:;?!]{0,60}|tugas(?: pokok)?,? ?(?:dan|&) ?fungsi[^,:;?!]{0,60}|tupoksi"
    r"|(?:struktur|susunan|bagan) organisasi[^,:;?!]{0,60}|sejarah(?: singkat)?|kontak(?: kami)?|hubungi kami"
    r"|contact(?: us)?|faqs?|f\.a\.q\.?|tanya jawab(?: umum)?"
    r"|(?:faq\W{1,3})?pertanyaan (?:yang )?(?:sering|umum|kerap|paling)[^,:;]{0,60}"
    r"|frequently asked questions.{0,10}|kebijakan privasi|privacy policy|syarat (?:dan|&) ketentuan|terms .{0,20}"
    r"|disclaimer|(?:dewan |susunan )?redaksi|pedoman (?:media|pemberitaan) (?:media )?siber|maklumat pelayanan"
    r"|peta situs|sitemap|dasar hukum|kode etik(?: jurnalistik)?)",
    re.IGNORECASE,
)
OWN_NAME = re.compile(
    r"(?:profile?|tentang|about|sejarah|sekilas|visi|misi|tugas(?: pokok)?|tupoksi|fungsi|kedudukan|wewenang"
    r"|struktur(?: organisasi)?|kontak|hubungi|contact|alamat|lokasi|layanan|pelayanan|maklumat|standar pelayanan"
    r"|sambutan|pejabat|pimpinan|daftar pegawai|faq|pertanyaan|tanya jawab|bantuan|help|panduan|prosedur|tata cara|alur"
    r"|syarat|persyaratan|ketentuan|kebijakan|privacy|terms|redaksi|pedoman|karir|karier|lowongan|iklan|geografi\w*"
    r"|demografi|unduhan|download|ppid|lambang|logo|motto?|program kerja|lhkpn)\b.{0,80}",
    re.IGNORECASE,
)
OWN_PATH = re.compile(
    r"/(?:profile?|tentang(?:-kami)?|about(?:-us)?|faqs?|kontak(?:-kami)?|contact(?:-us)?|hubungi-kami|visi(?:-dan)?-misi"
    r"|sejarah|struktur-organisasi|tugas-(?:pokok-)?(?:dan-)?fungsi|tupoksi|kebijakan-privasi|privacy(?:-policy)?|redaksi"
    r"|pedoman-media-siber|layanan|maklumat|sambutan|tanya-jawab|page|halaman|laman|pages|statis|static)(?:[/.?-]|$)",
    re.IGNORECASE,
)
LIST_PATH = re.compile(
    r"/(?:category|kategori|tag|tags|topik|author|penulis|archives?|arsip|indeks|index|search|cari|rubrik|page/\d+)"
    r"(?:[/.?]|$)",
    re.IGNORECASE,
)
STATIC_TYPES = re.compile(
    r'"@type"\s{0,20}:\s{0,20}\[?\s{0,20}"(?:FAQPage|AboutPage|ContactPage|ProfilePage|GovernmentOffice)"'
)
LIST_TYPES = re.compile(r'"@type"\s{0,20}:\s{0,20}\[?\s{0,20}"(?:CollectionPage|SearchResultsPage|ItemList|Blog)"')
# What WordPress, Drupal and Joomla write as the class of <body>.
ARTICLE_BODY = re.compile(r"(?<![\w-])(?:single|single-post|view-article|node-type-(?:article|news|berita))(?![\w-])")
STATIC_BODY = re.compile(r"(?<![\w-])(?:page-id-\d+|page-template(?:-default)?)(?![\w-])")
LIST_BODY = re.compile(
    r"(?<![\w-])(?:archive|category|tag|author|home|blog|search|view-category|view-featured)(?![\w-])"
)
# What a date's source says: that the page has one, or that it is the article's own. What the feed or the address says
# is not the page's, and a guess is none.
DATED = {"json-ld": "data", "meta": "data", "feed": "", "url": "", "htmldate": ""}
SEPARATOR = re.compile(r"\s+[-–—|»:·]\s+|\s*\|\s*")
SENTENCE = re.compile(r"[.!?…:][\"”'’)\]]*\Z")
PASSWORD = re.compile(r"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a page is no article.

    why      in words for the operator
    passing  whether it may be one at another time, as behind a notice
    """

    why: str
    passing: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """What of a page is judged.

    dated      "" for no date of its own, "page" for a printed one, "data" for one that says that it is the article's
    confirmed  whether the page's headings or data have the headline, and it says something
    """

    page: ParsedPage
    url: str
    title: str
    text: str
    blocks: Sequence[Block]
    dated: str
    confirmed: bool

    @property
    def words(self) -> int:
        return len(self.text.split())


def require_article(page: ParsedPage, url: str | None, title: str, text: str, date_source: str | None) -> None:
    """Raise NotAnArticle, with the evidence, for a page that is none."""
    if len(text.split()) < (MIN_DATED if date_source else MIN_WORDS):
        raise NotAnArticle(f"the page has no article text ({len(text.split())} words)", passing=True)
    if verdict := judge(page, url, title, text, date_source):
        raise NotAnArticle(verdict.why, passing=verdict.passing)


def judge(page: ParsedPage, url: str | None, title: str, text: str, date_source: str | None) -> Verdict | None:
    """None for an article; otherwise why the page is none.

    title, text  as the extraction reads them
    date_source  where its date is from; what a feed says of the address says nothing of the page
    """
    if page.tree.tag in ("rss", "feed", "urlset") or (
        "channel" in page.tagged and page.tree.find(".//channel/item") is not None
    ):
        return Verdict("the page is a feed", passing=False)
    dated = DATED.get(date_source, "page") if date_source else ""
    confirmed = bool(page.further) or _is_confirmed(page, title)  # a page with a file, or of several, is an article's
    seen = _Seen(page, url or "", title, text, page.blocks, dated, confirmed)
    return _notice(seen) or _own_page(seen) or _list(seen)


def _is_confirmed(page: ParsedPage, title: str) -> bool:
    """Whether a headline that says something stands in a heading, and in <title>, og:title or JSON-LD as well."""
    key = word_key(title)
    if len(key.split()) < TELLING:
        return False
    headings = [
        word_key(element.text_content()) for tag in ("h1", "h2", "h3") for element in page.tagged.get(tag, ())[:MOST]
    ]
    named = [element.text_content() for element in page.tagged.get("title", ())[:1]]
    named += [page.meta.get("og:title", ""), page.ld_text("headline", "name") or ""]
    return key in headings and any(key in word_key(name) for name in named)


def _notice(seen: _Seen) -> Verdict | None:
    """A notice in an article's place, or hardly anything."""
    words, nobody = seen.words, not (seen.confirmed or seen.dated)
    if words >= (LONG_NOTICE if nobody else NOTICE_WORDS):
        return None
    headings = [e.text_content() for tag in ("title", "h1", "h2") for e in seen.page.tagged.get(tag, ())[:3]]
    headline = [" ".join(heading.split())[:200] for heading in (seen.title, *headings)]
    shown = "\n".join([*headline, *(line.strip() for line in seen.text.splitlines())])
    folded = shown.lower()  # which takes a third of the time of ignoring case
    said = [found for pattern in NOTICES if (found := pattern.search(folded))]
    titled = any(pattern.search(heading.lower()) for pattern in NOTICES for heading in headline)
    form = words < 80 and bool(PASSWORD.search(seen.page.html))
    hits = len(said) + form
    if seen.confirmed and seen.dated:
        notice = titled and hits >= 3
    elif seen.confirmed or seen.dated == "data":
        notice = titled and hits >= 2
    elif words >= NOTICE_WORDS:
        notice = hits >= 4
    else:
        notice = hits >= 2 or (hits == 1 and (titled or words < THIN))
    if notice:
        begin, end = said[0].span() if said else (0, 0)
        quoted = f"{(shown if len(shown) == len(folded) else folded)[begin:end]!r}" if said else "a form for a password"
        return Verdict(f"the page is a notice of {words} words ({quoted})", passing=True)
    if words < THIN and nobody:
        return Verdict(f"the page has only {words} words, and neither date nor headline of its own", passing=True)
    return None


def _own_page(seen: _Seen) -> Verdict | None:
    """A page on which a site tells of itself: profile, FAQ, contact and the like, which have no date of publication."""
    page = seen.page
    classes, path = _body_class(page), urlsplit(seen.url).path
    questions = sum(1 for block in seen.blocks if block.text.endswith("?") and 3 <= block.words <= 30)
    asks = questions >= 5 and questions * 8 >= len(seen.blocks)
    parts = SEPARATOR.split(_first(page, "title"))
    parts = parts if len(parts) == 2 and not seen.confirmed else parts[:1]  # some sites write their own name first
    names = [seen.title, *parts, _first(page, "h1")]
    published = page.json_ld or seen.dated == "data" or "article:published_time" in page.meta
    pure = any(PURE_NAME.fullmatch(name.strip()) for name in names)
    evidence = {
        "its headline": 3.0 if pure else 2.0 if _is_own_name(seen.title) else 0.0,
        "its address": 1.0 if OWN_PATH.search(path) else 0.0,
        "its kind": 2.0 if page.meta.get("og:type") == "profile" or _has_type(page, STATIC_TYPES) else 0.0,
        "its class": 1.5 if STATIC_BODY.search(classes) else -2.0 if ARTICLE_BODY.search(classes) else 0.0,
        "questions": asks * (1.0 if seen.confirmed else 2.0),  # a headline that says something: an interview
        "no date": 0.0 if seen.dated else 1.0,
        "an article's data": -1.0 if page.json_ld else 0.0,
        "a date of publication": -2.0 if published and not pure else 0.0,
    }
    return _weighed(evidence, "a page of the site about itself")


def _is_own_name(title: str) -> bool:
    """Whether a headline names a page of the site; one that tells something of it is longer, or has two parts."""
    return bool(OWN_NAME.fullmatch(title)) and len(title.split()) <= 7 and not re.search(r"[,:;?!]", title)


def _list(seen: _Seen) -> Verdict | None:
    """A list of articles, a home page, the result of a search."""
    paragraphs = seen.text.split("\n\n")
    ended = sum(1 for paragraph in paragraphs if SENTENCE.search(paragraph)) / len(paragraphs)
    characters = sum(len(block.text) for block in seen.blocks) or 1
    linked = sum(block.linked for block in seen.blocks) / characters
    teasers = sum(1 for b in seen.blocks if b.words >= TELLING and b.linked * 5 >= len(b.text) * 4 and not b.aside)
    prose = any(block.prose and not block.aside for block in seen.blocks)
    classes, kind = _body_class(seen.page), seen.page.meta.get("og:type")
    evidence = {
        "its name": 2.0 if LIST_NAME.fullmatch(seen.title) else 0.0,
        "its address": 1.0 if LIST_PATH.search(urlsplit(seen.url).path) or urlsplit(seen.url).path == "/" else 0.0,
        "no sentences": 1.0 if ended < 0.35 else 0.0,
        "links": 1.0 if linked > 0.65 else 0.0,
        "headlines of others": 1.0 if teasers >= 8 or len(seen.page.tagged.get("article", ())) >= 5 else 0.0,
        "no paragraphs": 1.0 if not prose else 0.0,
        "little text": 1.0 if seen.words < 25 else 0.0,
        "no headline": 1.0 if not seen.confirmed and word_key(seen.title) not in _headings(seen.page) else 0.0,
        "its kind": 1.5 if kind == "profile" or _has_type(seen.page, LIST_TYPES) else 0.0,
        "its class": 1.5 if LIST_BODY.search(classes) and not ARTICLE_BODY.search(classes) else 0.0,
        "an article's data": -1.5 if seen.page.json_ld or ARTICLE_BODY.search(classes) else 0.0,
    }
    return _weighed(evidence, "a list of other pages")


def _first(page: ParsedPage, tag: str) -> str:
    """The words of the first element of a tag; "" where there is none, or half a page in it."""
    text = page.tagged[tag][0].text_content() if page.tagged.get(tag) else ""
    return " ".join(text.split()) if len(text) < 300 else ""


def _headings(page: ParsedPage) -> set[str]:
    return {word_key(e.text_content()) for tag in ("h1", "h2") for e in page.tagged.get(tag, ())[:MOST]}


def _has_type(page: ParsedPage, types: re.Pattern[str]) -> bool:
    """Whether the page states one of some schema.org types."""
    return '"@type"' in page.html and types.search(page.html) is not None


def _weighed(evidence: dict[str, float], what: str) -> Verdict | None:
    if sum(evidence.values()) < ENOUGH:
        return None
    reasons = ", ".join(name for name, weight in evidence.items() if weight > 0)
    return Verdict(f"the page is {what} ({reasons})", passing=False)


def _body_class(page: ParsedPage) -> str:
    body = page.tree.find("body")
    return (body.get("class") or "") if body is not None else ""
