"""The words by which a promise is known, and those by which a sentence is none."""

from __future__ import annotations

import re

# Words that bind by themselves. The noun "target" binds only where somebody has it, or it is one of finishing ("plain").
_TARGET = (
    r"(?:ditarget|menarget|mentarget)kan|mengejar\s+target|memasang\s+target|mematok\s+target|berkomitmen|berjanji|menjanjikan|berencana|merencanakan"
    r"|direncanakan(?:\s+akan)?|rencananya|dijanjikan|(?:target|janji)nya"
)
# What somebody does that another can check: behind "akan", "bakal", "siap".
_DEEDS = (
    r"selesai|rampung|tuntas|beroperasi|dioperasikan|mengoperasikan|berfungsi|diselesaikan|menyelesaikan|dirampungkan|merampungkan"
    r"|dituntaskan|menuntaskan|dibangun|membangun|diterapkan|menerapkan|diberlakukan|memberlakukan"
    r"|disalurkan|menyalurkan|dicairkan|mencairkan|menambah|menaikkan|dinaikkan|menurunkan|diturunkan"
    r"|memproduksi|diproduksi|merealisasikan|direalisasikan|terealisasi|menghentikan|dihentikan"
    r"|mengalokasikan|dialokasikan|mengangkat|diangkat|merekrut|membagikan|menghapus|dihapus"
    r"|memperbaiki|diperbaiki|memulai|memiliki|dikerjakan|mengerjakan|menyerahkan|diserahkan|diluncurkan|meluncurkan"
    r"|membayar|dibayarkan|mengirim\w*|dikirim\w*|diresmikan|meresmikan|berlaku"
)
# Deeds that say little: they need a figure or a month.
_SOFT = r"meningkatkan|ditingkatkan|membuka|menyediakan|disediakan|melakukan|dilakukan|memberikan|diberikan"
CUE = re.compile(
    rf"\b(?:(?P<target>{_TARGET})"
    rf"|(?P<will>akan|bakal|segera|siap|memastikan|dipastikan|sudah\s+(?:bisa|dapat|harus))\s+(?:(?:mulai|kembali|dapat|bisa|sudah|segera|terus)\s+){{0,2}}"
    rf"(?:{_DEEDS}|(?P<soft>{_SOFT}))"
    r"|(?P<plain>(?P<has>(?:memiliki|mempunyai|punya)\s+target)|(?:dengan\s+)?target\s+(?:penyelesaian|selesai|rampung|operasional|tuntas)))\b",
    re.IGNORECASE,
)
# A sentence about a match, a show, a sale or a private life.
EVENT = re.compile(
    r"\b(?:laga|pertandingan|musim|liga|piala|timnas|klub|pelatih|striker|kiper|bek|gelandang|penyerang|skuad|juara|turnamen|kualifikasi|kompetisi"
    r"|album|konser|film|serial|tayang|episode|bioskop|sidang|mediasi|promo\w*|diskon|cicilan|voucher|cashback|menikah|pernikahan|liburan"
    r"|penyanyi|aktor|aktris|artis|band|sinetron|drama|zodiak|gim|gol|atlet|upacara|event|peringatan|penganugerahan|survei|responden|digelar|dihelat|unjuk\s+rasa|kunjungan|pemilihan|zoom|webinar|pemeriksaan|diperiksa|tur|FC|wajib\s+militer\w*|jadwal\w*|acara|daring|bakti\s+sosial|olimpiade|bulu\s*tangkis|peringkat"
    r"|ponsel|smartphone|pre-?order|prosesor|iphone|ios|android|galaxy|tersangka|terdakwa|penyidik|kontrak|medali|ronde|duel)\b",
    re.IGNORECASE,
)
# What is expected, supposed, wished or depends on something else.
OPEN = re.compile(
    r"\b(?:di|mem)?(?:perkira|prediksi|proyeksi)\w*|\b(?:kabarnya|dikabarkan|rumor\w*|bocoran|mungkin|kemungkinan|konon|digadang\w*|disebut-sebut"
    r"|semoga|diharapkan|berharap|mengharapkan|harapannya|jika|apabila|kalau|seandainya|andai|asalkan|potensi|berpotensi|batal|dibatalkan|gagal|ditunda"
    r"|diisukan|disinyalir|tergantung|bergantung|seharusnya|harusnya|mestinya|ramalan|meramal\w*|semula|sedianya|dilaporkan|tadinya|diyakini|berdasarkan\s+data|ekspektasi\w*|optimis\w*|yakin|menolak|menjelang\s+batas\s+waktu|analis|pengamat|belum\s+(?:diputuskan|pasti|ditentukan)|wacana\w*)\b"
    r"|[•¢]",
    re.IGNORECASE,
)
# Before the words that bind: somebody asks for it, it is refused, or it is long past.
ASKED = re.compile(
    r"\b(?:meminta|minta|mendesak|mendorong|mengimbau|menuntut|mengusulkan|usul\w*|menyarankan|agar|supaya|tidak|tak|belum|bukan|sempat|semula|awalnya"
    r"|sebelumnya|pernah|dulu|saat\s+itu|ketika|siapa|apakah)\s+(?:[\w-]+\s+){0,4}\Z",
    re.IGNORECASE,
)
# Right behind a noun that binds: those at whom something aims, which is no aim of theirs.
WEAK = re.compile(r"\s+(?:operasi|pasar|audiens|serangan|pembeli|pelaku|penonton|responden)\b", re.IGNORECASE)
# A clause up to a deadline that stands before the words that bind: "Pada |2026", "Rencananya, sampai |akhir 2026".
CLAUSE = re.compile(
    r"(?:\A|[,:;.]|\b(?:bahwa|namun|sehingga))\s*[\"“]?(?:(?:pada|di|dalam|untuk|sampai|hingga|per|mulai|sebelum|tahun|bulan|tanggal|rencananya|jadi|nanti"
    r"|puncaknya|bahkan|maka|selanjutnya|kemudian|dan|lalu|paling|lambat|dengan|dari|akhir|awal|waktu|insya\s*allah|ke|depan)\s+){0,4}\Z",
    re.IGNORECASE,
)
# Right before a deadline that is none: "selama Juni ini", "sejak awal tahun ini", "haji tahun depan".
ELSEWHERE = re.compile(
    r"\b(?:sepanjang|selama|sejak|dari|setiap|tiap|haji|kurban|Adha|Fitri|Lebaran|Natal|Ramadan|Pemilu|Pilkada|PPDB|SPMB|edisi|mudik"
    r"|(?:pertama|kedua)\s+kali\w*|beberapa|RUPS\w*)\s+(?:pada\s+|di\s+|awal\s+|tahun\s+|bulan\s+)?\Z"
    r"|\b(?:R?APB[ND]|RKAP|RKP)\b\)?(?:\s+Perubahan)?\s+\Z"
    r"|\byang\s+(?:masuk|bekerja|lahir|lulus|terdaftar|jatuh|terjadi|berangkat|tiba)\s+(?:kerja\s+)?(?:pada\s+|di\s+)?(?:tanggal\s+)?\Z"
    r"|\b(?:outlook|dibanding(?:kan)?|ketimbang|daripada|setelah|usai)\b[^,;]{0,60}\Z"
)
# What parts the words that bind from a deadline that belongs to another clause.
PARTED = re.compile(
    r",?\s(?:tetapi|tapi|namun|sedangkan|sementara|meski\w*|walau\w*)\s|,\s+dan\s+(?:pada|di|dalam)\s", re.IGNORECASE
)
# Right before a deadline that is said to be one: "|pada |Juni", "|paling lambat |2027".
SAID = re.compile(
    r"\b(?:pada|di|hingga|sampai(?:\s+dengan)?|sebelum|mulai|per|paling\s+lambat|selambat-?lambatnya|dalam|akhir|awal)\s+(?:hari\s+\w+,?\s+|tanggal\s+|bulan\s+|tahun\s+|akhir\s+|awal\s+|pekan\s+\w+\s+)*\Z",
    re.IGNORECASE,
)
# A name at the beginning of a sentence that nobody has marked: then the speaker beside it is somebody else.
UNKNOWN = re.compile(r"\W*[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+){0,4}\s+(?:juga\s+|pun\s+)?\Z")
# Between who is bound and the words that bind: a bracket, an office between commas, and words that change nothing.
BINDS = re.compile(
    r"(?:\s*\([^)]{1,40}\))?(?:\s+(?:juga|pun|sendiri|kini|kembali|telah|sudah|tetap|akan|bakal|masih|tengah|sedang|saat\s+ini|ini|itu|tersebut|terus|"
    r"bahkan|mulai|secara\s+\w+|turut|ikut|berani|optimistis|optimis|dapat|bisa|segera|dengan\s+\w+|sebenarnya|rencananya|pusat|daerah|Indonesia))*\s*\Z",
    re.IGNORECASE,
)
BOUND = re.compile(
    rf"(?:{BINDS.pattern[:-2]}|(?:\s*\([^)]{{1,40}}\))?\s*,\s[^.;:“”\"]{{2,90}},\s*(?:juga\s+|pun\s+)?)\Z",
    re.IGNORECASE,
)
# Of these the word before is what is to be done, not who is bound.
PASSIVE = re.compile(
    r"di\w+|rencananya|targetnya|janjinya|dengan\s+target|target\b.*|(?:akan|bakal|segera|siap)\s.*\bdi\w+",
    re.IGNORECASE,
)
GOVERNMENT = re.compile(r"\b[Pp]emerintah(?:\s+(?:pusat|daerah|Indonesia|provinsi|kota|kabupaten))?\b")
# Words with which a sentence names somebody else than the speaker beside it.
PLAIN = re.compile(r"\b(?:mereka|warga|masyarakat|perusahaan\s+itu|dia|ia)\s+(?:\w+\s+){0,2}\Z")
# "Rp1,2 triliun", "10 persen", "1.000 unit", "US$ 3 miliar".
_FIGURE = (
    r"(?P<figure>(?:Rp\.?|US\$|USD|\$)\s?\d[\d.,]*(?:\s*(?:ribu|juta|miliar|triliun))?"
    r"|\b\d[\d.,]*(?:\s?[-–]\s?\d[\d.,]*)?\s*(?:persen\b|%|(?:ribu|juta|miliar|triliun)\b(?:\s+(?:ton|unit|orang|rumah|ekor|hektare|hektar|liter|barel|wisatawan|penerima|kiloliter|jiwa|siswa|peserta|pekerja|pegawai|guru))?"
    r"|(?:ton|unit|orang|rumah|ekor|hektare|hektar|kilometer|km|megawatt|MW|GW|sekolah|desa|kelurahan|titik|gerai|siswa|peserta|pekerja|pegawai|guru|lokasi|puskesmas|kapal|pesawat)\b))"
)
FIGURE = re.compile(_FIGURE, re.IGNORECASE)
# The same before the words that bind: "sekolah sebanyak |93 lokasi| ditargetkan rampung".
MEASURED = re.compile(r"\b(?:sebanyak|sebesar|sepanjang|senilai|seluas)\s+" + _FIGURE, re.IGNORECASE)
