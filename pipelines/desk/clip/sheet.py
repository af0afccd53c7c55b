"""Sheet: the summary of a clipping as a table for Excel."""

from __future__ import annotations

import io

from pipelines.desk.clip.gather import Clipping
from pipelines.desk.export_tables import Table
from pipelines.desk.writers import write_xlsx

HEADINGS = {
    "number": "No.",
    "outlet": "Media",
    "copies": "Juga dimuat",
    "title": "Judul",
    "story": "Isu",
    "published": "Terbit",
    "tone": "Nada",
    "comment": "Catatan",
    "url": "Alamat",
}


def to_xlsx(clipping: Clipping) -> bytes:
    """The table of a clipping's articles; text is typed as text, so no cell is taken for a formula."""
    table = Table(tuple(HEADINGS), "", integers=frozenset({"number"}), moments=frozenset(), headings=HEADINGS)
    rows = [
        (a.number, a.outlet, ", ".join(a.copies), a.title, a.story, a.published, a.tone, a.comment, a.url)
        for a in clipping.articles
    ]
    buffer = io.BytesIO()
    write_xlsx(buffer, "kliping", table, rows)
    return buffer.getvalue()
