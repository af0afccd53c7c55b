"""Every setting, once: its key in `pantau.toml`, its variable, its kind, its default and what it does.

The options of the commands, the check of the file, `pantau config`, the crontab of `pantau schedule` and
docs/settings.md all come from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.settings.kinds import (
    ADDRESS,
    CALL,
    CONTACT,
    FILE,
    FLAG,
    HOURS,
    MAIL,
    SECRET,
    SITE,
    TEXT,
    Kind,
    choice,
    days,
    number,
)

NAME = "NAME"  # stands for any name at the end of a key and of its variable
LEVELS = ("error", "warning", "info", "debug")
MIN_RECORDS_DAYS = 60  # `pantau status` looks back four weeks from a source's last article


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, or with a key that ends in NAME one for every name.

    key       in the file: "table.name", or a name without a table
    variable  of the environment
    default   as a text; "" for none
    says      what it does, for `pantau config`
    doc       the same for docs/settings.md
    remote    whether the crawl reads it: then it goes to the workers of `crawl --engine dask`, too
    """

    key: str
    variable: str
    kind: Kind
    default: str
    says: str
    doc: str
    remote: bool = False

    @property
    def section(self) -> str:
        """The table of the file that it stands in; "" for none."""
        return self.key.rpartition(".")[0]

    @property
    def named(self) -> bool:
        """Whether there is one for every name."""
        return self.key.endswith(f".{NAME}")

    @property
    def prefix(self) -> str:
        """The beginning of the variables of one that is there for every name."""
        return self.variable.removesuffix(NAME)

    @property
    def carried(self) -> bool:
        """Whether `pantau schedule` writes its variable, where set, into the crontab and the units.

        A secret does not belong there, the database is named by `--db`, and [schedule] is the crontab itself.
        """
        return not self.kind.secret and self.section != "schedule" and self.key != "database"


TABLE = (
    Setting(
        "database",
        "PANTAU_DB",
        FILE,
        "pantau.db",
        "Berkas basis data.",
        "The database file; the option `--db` says it, too.",
    ),
    Setting(
        "contact",
        "PANTAU_CONTACT",
        CONTACT,
        "",
        "Alamat tempat pemilik situs dapat menghubungi Anda; masuk ke nama perayap (User-Agent).",
        "An address or a mail at which site owners reach you; it goes into the user agent of every request.",
        remote=True,
    ),
    Setting(
        "polite_hours",
        "PANTAU_POLITE_HOURS",
        HOURS,
        "",
        "Jam (WIB) perayapan boleh berjalan; di luarnya tidak ada yang diminta.",
        "The hours between which to crawl; outside them no site is asked for anything.",
        remote=True,
    ),
    Setting(
        "first_days",
        "PANTAU_FIRST_DAYS",
        number("a whole number of days, at most 36500", 1),
        "30",
        "Dari sumber besar, perayapan pertama hanya mengambil artikel sekian hari terakhir; `--since` meminta lebih.",
        "Of large sources (sitemaps of many articles) a first crawl takes so many days; `--since` asks for more.",
        remote=True,
    ),
    Setting(
        "browser",
        "PANTAU_BROWSER",
        FLAG,
        "",
        "Gambarkan halaman sumber yang perlu peramban dengan chromium mesin ini (paket tambahan pantau[browser]).",
        "Also crawl `needs-browser` sources, their pages drawn by this machine's chromium (extra `browser`).",
    ),
    Setting(
        "chromium",
        "PANTAU_CHROMIUM",
        FILE,
        "",
        "Letak program chromium; bawaan: yang terpasang di sistem.",
        "Where chromium is, for `browser`; without it the one that is on the path.",
    ),
    Setting(
        "catalogue",
        "PANTAU_CATALOGUE",
        FILE,
        "",
        "Katalog sumber sendiri, berkas TOML atau foldernya; bawaan: katalog Pantau.",
        "A team's own catalogue, a TOML file or a folder of them, instead of ours.",
    ),
    Setting(
        "sources",
        "PANTAU_SOURCES",
        FILE,
        "",
        "Folder sumber milik tim, di atas katalog; bawaan: folder sources di samping basis data.",
        "The folder of a team's own sources, laid over the catalogue; without it `sources` beside the database.",
    ),
    Setting(
        "corrections",
        "PANTAU_CORRECTIONS",
        FILE,
        "",
        "Berkas koreksi nama; bawaan: corrections.toml di samping basis data, bila ada.",
        "Who is who, as people have put it right; without it `corrections.toml` beside the database, if there is one.",
    ),
    Setting(
        "public_url",
        "PANTAU_PUBLIC_URL",
        SITE,
        "",
        "Alamat halaman bagi pembaca; dipakai dalam umpan Atom dan pesan pantauan, juga di balik server web.",
        "The address at which readers reach the pages. Feeds and watches link to it, whatever name a proxy asks with.",
    ),
    Setting(
        "log",
        "PANTAU_LOG",
        choice(*LEVELS),
        "warning",
        "Seberapa banyak keputusan yang dicatat di stderr; opsi -v, -vv dan -q mengubahnya.",
        "How much is said on stderr: with `info` a line for every decision. The options `-v`, `-vv`, `-q` change it.",
    ),
    Setting(
        "plain",
        "PANTAU_PLAIN",
        FLAG,
        "",
        "Jalankan semuanya hanya lewat jalan umum pustaka, tanpa percepatan kami; hasilnya sama.",
        "Run everything on the public ways of the libraries, without what we do for speed; the results are the same.",
    ),
    Setting(
        "secret",
        "PANTAU_SECRET",
        SECRET,
        "",
        "Rahasia yang menandatangani kuki dan umpan, paling sedikit 24 huruf.",
        "Signs cookies and feeds; 24 characters or more. A new one logs everybody out and takes back every feed.",
    ),
    Setting(
        "key",
        "PANTAU_KEY",
        SECRET,
        "",
        "Kunci yang menyandikan token dan webhook penerima di basis data, paling sedikit 24 huruf.",
        "Encrypts the secrets of receivers in the database; 24 characters or more. A new one goes before the old one, "
        "with a space between.",
    ),
    Setting(
        "mail",
        "PANTAU_MAIL",
        MAIL,
        "",
        "Server surel keluar bagi penerima yang ditambahkan di halaman: alamat Apprise tanpa penerima.",
        "The server by which mail goes to the receivers of the page: an Apprise mail address without a receiver.",
    ),
    Setting(
        "webhook_hosts",
        "PANTAU_WEBHOOK_HOSTS",
        TEXT,
        "",
        "Host di jaringan sendiri yang boleh menjadi webhook; selain itu hanya host umum lewat HTTPS.",
        "Hosts of one's own network that webhooks of the page may reach, separated by spaces; all others are public.",
    ),
    Setting(
        "sso.header",
        "PANTAU_SSO_HEADER",
        TEXT,
        "",
        "Header yang diisi perantara (reverse proxy) dengan nama pengguna yang sudah masuk di sana (OIDC).",
        "The header in which a reverse proxy names who has logged in there (OIDC). Only with `sso.proxies`.",
    ),
    Setting(
        "sso.proxies",
        "PANTAU_SSO_PROXIES",
        TEXT,
        "",
        "Alamat perantara yang dipercaya; dari alamat lain header itu ditolak.",
        "The addresses of the proxies that are believed, separated by spaces; from any other the header is refused.",
    ),
    Setting(
        "ping",
        "PANTAU_PING",
        CALL,
        "",
        "Alamat yang dipanggil sesudah setiap perayapan yang baik; yang mengawasinya memberi tahu bila ia diam.",
        "An address that is called after every good crawl: whoever watches it alarms when it falls silent.",
    ),
    Setting(
        "limits.pages",
        "PANTAU_LIMITS_PAGES",
        number("a whole number, 1 or more", 1),
        "",
        "Paling banyak berapa artikel yang diminta dari satu sumber dalam satu perayapan.",
        "How many articles one run asks a source for at most; the others wait. The option `crawl --limit`.",
    ),
    Setting(
        "isu.days",
        "PANTAU_ISU_DAYS",
        number("a whole number of days, 1 or more", 1),
        "7",
        "Paling lama berapa hari di antara dua artikel yang dibandingkan untuk satu isu.",
        "How many days apart two articles may be that are compared for one story (isu).",
    ),
    Setting(
        "isu.alert_articles",
        "PANTAU_ISU_ALERT_ARTICLES",
        number("a whole number of articles, 3 or more", 3),
        "10",
        "Mulai berapa artikel sebuah isu yang sudah dikabarkan dikabarkan sekali lagi sebagai isu yang tumbuh.",
        "From how many articles on a story (isu) of which a watch has told is told of once more, as growing.",
    ),
    Setting(
        "retention.archive_days",
        "PANTAU_RETENTION_ARCHIVE_DAYS",
        days("a whole number of days, 0 for ever", 1),
        "0",
        "Setelah berapa hari berkas arsip yang sudah dibaca dihapus; 0 berarti tidak pernah.",
        "After how many days `pantau prune` removes archive files whose pages have been read.",
    ),
    Setting(
        "retention.records_days",
        "PANTAU_RETENTION_RECORDS_DAYS",
        days(
            f"a whole number of days, {MIN_RECORDS_DAYS} or more since `pantau status` needs them, or 0 for ever",
            MIN_RECORDS_DAYS,
        ),
        "0",
        "Setelah berapa hari catatan galat dan perayapan dihapus; 0 berarti tidak pernah.",
        "After how many days `pantau prune` removes errors and runs.",
    ),
    Setting(
        "clip.institution",
        "PANTAU_CLIP_INSTITUTION",
        TEXT,
        "Pantau",
        "Baris pertama kop kliping: nama lembaga.",
        "The first line of the kliping's letterhead (kop).",
    ),
    Setting(
        "clip.address",
        "PANTAU_CLIP_ADDRESS",
        TEXT,
        "Kliping berita harian",
        "Baris kedua kop kliping: alamat atau keterangan.",
        "The second line of the kliping's letterhead.",
    ),
    Setting(
        "clip.templates",
        "PANTAU_CLIP_TEMPLATES",
        FILE,
        "",
        "Folder templat kliping sendiri (kop.html, kliping.html, kliping.css, kop.docx).",
        "A folder whose files take the place of our templates, such as a `kop.docx`. The option `clip --templates`.",
    ),
    Setting(
        "report.institutions",
        "PANTAU_REPORT_INSTITUTIONS",
        TEXT,
        "",
        "Lembaga yang pangsa suaranya dibandingkan dalam laporan, dipisah titik koma.",
        "The institutions whose share of voice reports compare, apart by semicolons.",
    ),
    Setting(
        "report.address",
        "PANTAU_REPORT_ADDRESS",
        TEXT,
        "",
        "Alamat halaman Pantau, tujuan tautan dalam laporan.",
        "The address of Pantau's pages, to which a report's figures lead. The option `report --address`.",
    ),
    Setting(
        "schedule.report",
        "PANTAU_SCHEDULE_REPORT",
        FILE,
        "",
        "Folder laporan mingguan dan bulanan; kosong: tidak dibuat.",
        "A folder for the report of every week and month, as PDF; empty for none. The option `schedule --report`.",
    ),
    Setting(
        "schedule.report_to",
        "PANTAU_SCHEDULE_REPORT_TO",
        TEXT,
        "",
        "Penerima laporan itu lewat surel: nama-nama dari halaman /penerima, dipisahkan koma.",
        "Who gets that report by mail: names of /penerima, with commas. The option `schedule --report-to`.",
    ),
    Setting(
        "schedule.every",
        "PANTAU_SCHEDULE_EVERY",
        number("a whole number of minutes, 1 or more", 1),
        "15",
        "Menit di antara dua perayapan.",
        "Minutes between two crawls. This and the others of `[schedule]` are options of `pantau schedule`.",
    ),
    Setting(
        "schedule.watch_every",
        "PANTAU_SCHEDULE_WATCH_EVERY",
        number("a whole number of minutes, 0 for never", 0),
        "5",
        "Menit di antara dua pemeriksaan pantauan; 0 berarti tidak diperiksa.",
        "Minutes between two looks at the watches.",
    ),
    Setting(
        "schedule.secrets",
        "PANTAU_SCHEDULE_SECRETS",
        FILE,
        "",
        "Berkas berisi baris NAMA='nilai': rahasia bagi pantauan.",
        "A file of `NAME='value'` lines, the environment of the watches.",
    ),
    Setting(
        "schedule.clip",
        "PANTAU_SCHEDULE_CLIP",
        FILE,
        "",
        "Folder tempat kliping kemarin disimpan setiap pagi.",
        "The folder into which yesterday's kliping goes every morning.",
    ),
    Setting(
        "schedule.backup",
        "PANTAU_SCHEDULE_BACKUP",
        FILE,
        "",
        "Folder cadangan harian.",
        "The folder of the daily backup.",
    ),
    Setting(
        "schedule.publish",
        "PANTAU_SCHEDULE_PUBLISH",
        FILE,
        "",
        "Berkas salinan untuk umum, diperbarui setiap setengah jam.",
        "The file of the public snapshot, made anew every half hour.",
    ),
    Setting(
        "schedule.log",
        "PANTAU_SCHEDULE_LOG",
        FILE,
        "",
        "Berkas catatan; bawaan: di samping basis data.",
        "The log file of cron's lines; without it beside the database.",
    ),
    Setting(
        "schedule.mail",
        "PANTAU_SCHEDULE_MAIL",
        TEXT,
        "",
        "Penerima surel cron: sumber yang perlu dilihat, cadangan yang gagal.",
        "Who gets cron's mail: sources that need a look, a backup that failed.",
    ),
    Setting(
        f"users.{NAME}",
        f"PANTAU_LOGIN_{NAME}",
        SECRET,
        "",
        "Anggota tim: nama untuk masuk, dan hash sandinya (pantau users hash-password).",
        "A member of the team: the name to log in with, and the hash of the password (`pantau users hash-password`).",
    ),
    Setting(
        f"receivers.{NAME}",
        f"PANTAU_RECEIVER_{NAME}",
        ADDRESS,
        "",
        "Penerima yang dapat dipilih di halaman pantauan.",
        "A receiver that a watch saved on the pages may choose by its name.",
    ),
)

SETTINGS: Mapping[str, Setting] = {setting.key: setting for setting in TABLE}
USERS, RECEIVERS, SIGNING, KEY = (SETTINGS[key] for key in (f"users.{NAME}", f"receivers.{NAME}", "secret", "key"))
