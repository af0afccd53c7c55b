"""The words for codes."""

from __future__ import annotations

KINDS = {"press_release": "Siaran pers", "news": "Berita"}
SOURCE_KINDS = {"kementerian": "Kementerian", "lembaga": "Lembaga", "pemda": "Pemerintah daerah", "bumn": "BUMN",
                "media": "Media"}  # fmt: skip
STATUSES = {"ditandatangani": "Ditandatangani", "direncanakan": "Direncanakan", "berlaku": "Berlaku",
            "dibahas": "Dibahas"}  # fmt: skip
AGREEMENT_TYPES = {"MoU": "Nota kesepahaman (MoU)", "PKS": "Perjanjian kerja sama (PKS)",
                   "LoI": "Pernyataan minat (LoI)", "perjanjian": "Perjanjian", "kesepakatan": "Kesepakatan",
                   "lainnya": "Lainnya"}  # fmt: skip
PLACE_KINDS = {"provinsi": "Provinsi", "kabupaten": "Kabupaten", "kota": "Kota", "kecamatan": "Kecamatan",
               "negara": "Negara", "kota-asing": "Kota di luar negeri"}  # fmt: skip
LANGUAGES = {"id": "Indonesia", "en": "Inggris", "ms": "Melayu", "jv": "Jawa", "su": "Sunda"}
STATES = {"ok": "lancar", "stale": "tidak terjangkau", "quiet": "diam di luar kebiasaan",
          "new": "belum pernah dijelajahi", "inactive": "tidak aktif"}  # fmt: skip
COVERAGE_LABELS = {"verbatim": "dimuat utuh", "edited": "disunting", "partial": "sebagian", "mention": "disebut",
                   "none": "bukan liputan"}  # fmt: skip
