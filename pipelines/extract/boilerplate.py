"""Boilerplate: what Indonesian sites print among an article's paragraphs: links, notices, credits, forms."""

from __future__ import annotations

import re

from pipelines.language.words import word_key

PARAGRAPH_BREAK = "\n\n"

# Whole lines that are not the article's, in small letters: to make them so takes much less than to ignore case.
BOILERPLATE = re.compile(
    r"""(?: [\W_]*(?:baca|lihat|simak|tonton|saksikan)\s+(?:juga|pula|video|foto|selengkapnya|artikel|berita)\b .{0,250}
      | \(?baca\s*: .{0,200} | (?:simak|lihat|tonton|saksikan)\s+(?:juga\s+)?(?:video|foto|infografis) .{0,250}
      | (?:simak|dapatkan|ikuti)\s+(?:breaking\s+news|berita\s+pilihan|update).{0,300}
      | (?:klik|kunjungi|unduh|download)\s+(?:di\s*sini|disini|aplikasi)\b.{0,120} | pasang\s+aplikasi.{0,120}
      | pilihan\s+(?:editor|redaksi).{0,120} | video\s+pilihan.{0,160} | saksikan\s+(?:video|live|siaran).{0,200}
      | scroll\s+(?:to|untuk|ke)\s .{0,60} | (?:lanjutkan|lanjut)\s+(?:membaca|baca).{0,60}
      | advertisement .{0,40} | iklan
      | continue\s+reading.{0,60} | read\s+more.{0,120} | (?:baca\s+)?selengkapnya\W*
      | \[(?:gambas|baca\ juga|video|embed|gallery|caption|foto|youtube)\b.{0,200}\] | loading\W* | advertising
      | share(?:\s+(?:this|on|to|via)\b.{0,60})? | (?:bagikan|sebarkan)\b.{0,60} | tags?\s*:.{0,200} | tag\s*
      | (?:facebook|twitter|whatsapp|telegram|linkedin|pinterest|line|x|email|copy\ link|salin\ tautan|print|cetak)
      | (?:facebook|fanpage|fb|twitter|instagram|ig|tiktok|youtube|website|laman|situs|surel|e?-?mail
        |telp|telepon|faks?|whatsapp)
        (?:\s+\w+)?\s*:\s*\S.{0,120}
      | (?:[#@][\w.]+[\s,]*)+
      | follow\s+(?:berita|kami|us|akun|our).{0,120}
      | ikuti\s+(?:kami|berita|whatsapp|saluran|akun|perkembangan).{0,200}
      | (?:yuk|ayo|jangan\s+lupa|silakan)[,\s]+(?:follow|ikuti|gabung|bergabung|subscribe).{0,200}
      | dapatkan\s+(?:update|berita|informasi).{0,300}
      | (?:cek|temukan|baca)\s+berita\s+(?:dan|lain|menarik|terkini).{0,200}
      | (?:berita|artikel|tulisan)\s+ini\s+(?:telah|sudah|pernah|pertama)\s+
        (?:kali\s+)?(?:tayang|terbit|dimuat|dipublikasikan).{0,250}
      | kompas\.com\s+berkomitmen.{0,400} | pastikan\s+anda\s+sudah\s+(?:meng)?instal.{0,120}
      | \*?\s*fakta\s+atau\s+hoaks\b.{0,300} | artikel\s+ini\s+merupakan\s+.{0,40}(?:iklan|kerja\s*sama).{0,120}
      | copyright\b.{0,160} | (?:hak\s+cipta|©).{0,160} | dilarang\s+keras\s+mengambil.{0,300}
      | all\s+rights\s+reserved.{0,60}
      | (?:sumber\s+)?(?:foto|gambar|pewarta|reporter|penulis|editor|penyunting|uploader|redaktur
        |publisher|kontributor|jurnalis|pengunggah)
        (?:\s+\w+)?\s*:.{0,120}
      | (?:telah\s+|sudah\s+|jumlah\s+|total\s+)?
        (?:dibaca|dilihat|dikunjungi|hits?|views?|post\s+views|pengunjung|pembaca|kunjungan|tayangan|viewed)\s*:?\s*[\d.,]+.{0,30}
      | (?:artikel|konten|berita|tulisan)\s+(?:ini\s+)?(?:khusus|hanya|eksklusif|premium)\b.{0,30}
        \b(?:pelanggan|berlangganan|member|anggota|premium)\b.{0,300}
      | (?:mulai\s+)?berlangganan\s+(?:mulai|sekarang|untuk|dan)\b.{0,200}
      | (?:sudah|belum)\s+(?:berlangganan|punya\s+akun|memiliki\s+akun|jadi\s+pelanggan)\b.{0,200}
      | (?:situs|laman|website|portal|kami|dengan)\b(?=.{0,300}\b(?:kami|anda)\b).{0,80}\b(?:kuki|cookies?)\b.{0,500}
      | [\d.,]+\s*(?:kali\s+dibaca|views?|x\s+dilihat|shares?)
      | komentar\s*(?:\(\d+\))? | tulis\s+komentar.{0,80} | beri\s+komentar.{0,80} | \d+\s+komentar
      | halaman\s*:?\s*(?:\d+\s*)++.{0,40} | halaman\s+(?:selanjutnya|berikutnya|sebelumnya).{0,60}
      | (?:selanjutnya|berikutnya|sebelumnya|next|prev(?:ious)?|first|last)\s*(?:halaman|page)?\s*[»>←→›]*
      | sumber\s*:.{0,160}https?://\S+ | (?:link|tautan|url)\s*:?\s*https?://\S+
      | filed\s+under\b.{0,120} | posted\s+(?:in|on|by)\b.{0,120} | (?:kategori|category)\s*:.{0,120} | like\s+this:?
      | (?:oleh|by)\s*:\s*.{0,60} | laporan\s*:.{0,60} | (?:dok|foto)\.?\s*[:/].{0,80} | (?:wib|wita|wit)
      )\s*\Z""",
    re.VERBOSE | re.DOTALL,
)
# Headings of lists of other articles, in small letters. The titles below them are cut, too, up to the next sentence.
OTHER_ARTICLES = re.compile(
    r"[\W_]*(?:(?:berita|artikel|topik|konten|kabar|info)\s+(?:terkait|lain(?:nya)?|terbaru|terkini|terpopuler|pilihan|rekomendasi|sebelumnya)"
    r"|baca\s+juga|lihat\s+juga|simak\s+juga|terpopuler|rekomendasi(?:\s+untuk\s+anda)?|related\s+(?:posts?|articles?|news)"
    r"|kumpulan\s+berita|pilihan\s+untukmu|jangan\s+lewatkan|anda\s+mungkin\s+suka)\W*\Z"
)
# Lines, in small letters, from which on nothing belongs to the article: forms for comments, surveys, invitations.
TRAILER = re.compile(
    r"(?:tinggalkan (?:balasan|komentar)|leave a (?:reply|comment)|batalkan balasan|cancel reply"
    r"|alamat (?:email|surel) anda tidak akan|your email address will not be|kirim komentar"
    r"|bagaimana (?:reaksi|tanggapan|perasaan) anda|(?:apa )?reaksi anda|survei kepuasan|indeks kepuasan"
    r"|(?:seberapa|apakah) (?:puas|bermanfaat|(?:artikel|berita|informasi|halaman) ini (?:ber)?manfaat)"
    r"|ruas yang wajib ditandai"
    r"|berikan (?:penilaian|rating|ulasan) anda|beri nilai|login untuk (?:ber)?komentar|silakan (?:login|masuk) untuk)"
)
# Lines of a press release's letterhead, above its first paragraph.
LETTERHEAD = re.compile(
    r"(?:siaran\s+pers|press\s+release|pers\s+rilis|rilis\s+pers|keterangan\s+pers)\b.{0,80}\Z"
    r"|(?:nomor|no\.?)\s*:?\s*[\w./-]*\d[\w./ -]*\Z|(?:tanggal|tentang|perihal|hal|lampiran)\s*:.{0,140}\Z"
    r"|untuk\s+(?:segera\s+)?(?:disiarkan|diterbitkan)(?:\s+segera)?\W*\Z|for\s+immediate\s+release\W*\Z"
    r"|(?:kementerian|badan|lembaga|pemerintah|sekretariat|biro|dinas|republik)\b(?-i:[^.a-z]{0,120})\Z"
    r"|(?:[\w' ]{3,30},\s*)?\d{1,2}\s+(?:jan|feb|peb|mar|apr|mei|jun|jul|agu|sep|okt|nop|nov|des)\w*\s+\d{4}\Z",
    re.IGNORECASE,
)
# What is cut out of a paragraph: "(Baca: ...)", "[Gambas:Video CNN]", "ADVERTISEMENT SCROLL TO CONTINUE WITH CONTENT".
INLINE = re.compile(
    r"\s*\((?:baca|simak|lihat)(?:\s+juga)?\s*:[^()]{3,200}\)|\s*\[(?:gambas|baca)\b[^\]]{0,160}\]"
    r"|\s*(?:advertisement\s+)?scroll to (?:continue|resume) (?:with )?content"
    # behind the paragraph's last sentence, a headline that ends as none
    r"|(?<=[.!?\"”])\s*(?:baca|simak|lihat)\s+juga\s*:\s*[^.!?]{10,160}\Z",
    re.IGNORECASE,
)
# Initials of reporter and editor behind the last sentence: "(fyk/ash)", "(Mvi/Ali)", "(ren)", "[dis]".
INITIALS = re.compile(
    r"(?<=[.!?\"”'’\s])\s*[(\[](?!(?:[A-Z]+/)*[A-Z]+[)\]])"
    r"(?:[A-Za-z]{2,4}(?:\s?[/|,;-]\s?[A-Za-z]{2,6}){1,3}|[a-z]{2,4})[)\]]\s*\Z"
)
AGENCY = re.compile(r"(?<=[.!?\"”'’])\s*\[[A-Z][\w./ -]{2,40}\]\s*\Z")  # "[ANTARA]", "[Suara.com/Nama]"
INITIALS_ALONE = re.compile(r"[(\[](?:[A-Za-z]{2,6}(?:\s?[/|,;-]\s?[A-Za-z]{2,6}){0,3})[)\]]\W*\Z")
# The last line on some sites: in capitals who wrote the article, or which agency.
CREDIT = re.compile(r"[A-Z][A-Z.'’-]+(?:(?:\s*[|/]\s*|\s+)[A-Z][A-Z.'’-]+){0,5}(?:\s*\([A-Z]{2,6}\))?\Z")
# Whom the press may ask, in the last line of a release.
CONTACT = re.compile(
    r"(?:narahubung|(?:kontak|contact)\s+(?:media|pers|person)|(?:media|press)\s+contact|cp)\s*:", re.IGNORECASE
)
LONGEST_CREDIT = 80  # characters
# A counter beside the date on a short line: "Rabu, 4 November 2026 - Dibaca 371 kali".
COUNTER = re.compile(
    r"[\s|•·,;/–—-]*\b(?:telah\s+|sudah\s+)?(?:dibaca|dilihat|hits?|views?|pembaca|pengunjung)\s*:?\s*[\d.,]+"
    r"(?:\s*(?:kali|x|orang|pembaca))?\W*\Z|[\s|•·,;/–—-]+[\d.,]+\s*(?:x\s+)?(?:kali\s+dibaca|views?|pembaca|dilihat)\W*\Z",
    re.IGNORECASE,
)
# One of them is in every counter, and in every insertion that INLINE finds.
COUNTER_WORDS = ("dibaca", "dilihat", "hit", "view", "pembaca", "pengunjung")
INLINE_WORDS = ("(baca", "(simak", "(lihat", "[gambas", "[baca", "scroll", " juga")
LONGEST_COUNTED = 120  # characters; a longer line is a sentence
SHORT_LINE = re.compile(r"\W*\Z|\|\s*\Z")
SENTENCE_END = re.compile(r"[.!?:;…][\"”'’)\]]*\Z|[\"”]\Z")
LONG_LINE = 80  # characters; titles of other articles are shorter, or end without a full stop


def tidy(text: str, title: str) -> str:
    """The article's paragraphs, a blank line between them, without repeated title, letterhead and boilerplate.

    `text`: a line a paragraph.
    """
    kept: list[str] = []
    title_key = word_key(title)
    others = False  # whether a list of other articles is open
    for raw in re.split(r"\s*\n\s*", text.strip()):
        line = " ".join(raw.split())
        folded = line.lower()
        if any(word in folded for word in INLINE_WORDS):
            line = INLINE.sub("", line).strip()
            folded = line.lower()
        if TRAILER.match(folded):
            break
        if OTHER_ARTICLES.match(folded):
            others = True
            continue
        if others and not (len(line) >= LONG_LINE and SENTENCE_END.search(line)):
            continue
        others = False
        if not line or SHORT_LINE.fullmatch(line) or BOILERPLATE.match(folded):
            continue
        if len(line) <= LONGEST_COUNTED and any(word in folded for word in COUNTER_WORDS):
            line = COUNTER.sub("", line)
        if len(line) <= len(title) + 20 and title_key and word_key(line) == title_key:
            continue  # the headline again, or a caption that repeats it
        if not kept and LETTERHEAD.match(line) and len(line) < 160:
            continue
        kept.append(line)
    return PARAGRAPH_BREAK.join(_without_credits(kept))


def _without_credits(lines: list[str]) -> list[str]:
    """The lines without names and initials of those who wrote them at the end."""
    while len(lines) > 1 and _is_credit(lines[-1]):
        lines = lines[:-1]
    if lines:
        lines[-1] = AGENCY.sub("", INITIALS.sub("", lines[-1]))
    return lines


def _is_credit(line: str) -> bool:
    return len(line) <= LONGEST_CREDIT and any(kind.match(line) for kind in (INITIALS_ALONE, CREDIT, CONTACT))
