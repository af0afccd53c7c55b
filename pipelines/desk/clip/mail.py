"""Mail: a clipping as a message, plain and HTML, with the file attached; and those that go out every morning."""

from __future__ import annotations

import logging
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup, escape

from pipelines.desk.clip.gather import Clipped, Clipping, gather, with_letterhead
from pipelines.desk.clip.pages import to_html, to_pdf
from pipelines.desk.clip.word import to_docx
from pipelines.desk.kliping import last_letterhead
from pipelines.desk.watch.deliver import Send, deliver
from pipelines.desk.watch.message import HTML, Message
from pipelines.desk.watch.receivers import waits
from pipelines.desk.watch.saved import watches
from pipelines.wording.wib import WIB

LOG = logging.getLogger(__name__)


class Sent(NamedTuple):
    """What became of a kliping for one receiver; `error`: why it did not go."""

    watch: str
    receiver: str
    articles: int
    error: str | None


def to_file(clipping: Clipping, form: str, templates: Path | None) -> bytes:
    """A clipping as html, pdf or docx."""
    if form == "html":
        return to_html(clipping, templates).encode("utf-8", "replace")
    return to_pdf(clipping, templates) if form == "pdf" else to_docx(clipping, templates)


def as_message(clipping: Clipping) -> tuple[str, Message]:
    """Title and text of the mail that brings a clipping: its head, its summary, and every article with its address."""
    title = f"[Pantau] {clipping.called}"
    head = [f"{clipping.institution}", f"{clipping.address}"]
    counted = f"{len(clipping.articles)} berita dari {len(clipping.by_outlet)} media"
    said = [counted if clipping.articles else "Tidak ada berita pada hari ini."]
    said += [f"Disahkan oleh {clipping.signed}"] if clipping.signed else []
    said += [line for line in clipping.summary.splitlines() if line.strip()]
    plain = [*head, "", clipping.called, *said, ""]
    for article in clipping.articles:
        plain += [f"== {article.heading} ==", ""] if article.heading else []
        plain += _plain(article)
    html = [
        Markup("<p><b>{}</b><br>{}</p>").format(*head),
        Markup("<h1 style='font-size: 20px'>{}</h1>").format(clipping.called),
        *(Markup("<p>{}</p>").format(line) for line in said),
    ]
    for article in clipping.articles:
        html += [Markup("<h2 style='font-size: 16px'>{}</h2>").format(article.heading)] if article.heading else []
        html.append(_html(article))
    if clipping.left_out:
        more = f"{clipping.left_out} berita lain tidak dimuat."
        plain.append(more)
        html.append(Markup("<p>{}</p>").format(more))
    return title, Message("\n".join(plain).rstrip(), HTML.format(title, Markup("\n").join(html)))


def _about(article: Clipped) -> str:
    others = f" (juga {', '.join(article.copies)})" if article.copies else ""
    return ", ".join(part for part in (f"{article.outlet}{others}", article.published) if part)


def _told(article: Clipped) -> list[str]:
    """What stands under the title of an article, line by line."""
    tone = [f"Nada: {article.tone}"] if article.tone else []
    return [_about(article), *tone, *([f"Catatan: {article.comment}"] if article.comment else [])]


def _plain(article: Clipped) -> list[str]:
    lines = [*_told(article), *([article.url] if article.url else [])]
    return [f"{article.number}. {article.title}", *(f"   {line}" for line in lines), ""]


def _html(article: Clipped) -> Markup:
    """An article; its address is also written out, since the plain part of a mail is made of this."""
    lines = [Markup("<b>{}. {}</b>").format(article.number, article.title), *map(escape, _told(article))]
    lines += [Markup('<a href="{0}">{0}</a>').format(article.url)] if article.url else []
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def send_clipping(
    connection: sqlite3.Connection,
    clipping: Clipping,
    form: str,
    addresses: Sequence[str],
    templates: Path | None,
    send: Send | None = None,
) -> Iterator[tuple[str, str | None]]:
    """Send a clipping to addresses as watches have them, with the file; (address, why it did not go or None)."""
    title, body = as_message(clipping)
    with tempfile.TemporaryDirectory(prefix="pantau-") as folder:
        file = Path(folder) / f"kliping-{clipping.date}.{form}"
        file.write_bytes(to_file(clipping, form, templates))
        for address in addresses:
            yield address, deliver(connection, address, title, body, [file], send)


def send_due(
    connection: sqlite3.Connection, now: datetime, templates: Path | None, send: Send | None = None
) -> Iterator[Sent]:
    """Send yesterday's kliping of every watch that asks for one to those of its receivers who have not had it.

    Who failed is tried again by the next call. A crash between a message and its mark sends it twice rather than never.
    """
    yesterday = now.astimezone(WIB).date() - timedelta(days=1)
    for watch in watches(connection):
        if not watch.clip:
            continue
        rows = connection.execute(
            """SELECT id, address FROM watch_receivers
               WHERE watch_id = :watch AND coalesce(clip_sent, '') < :day ORDER BY id""",
            {"watch": watch.watch_id, "day": yesterday.isoformat()},
        ).fetchall()
        due = {address: number for number, address in rows if not waits(connection, address)}
        if not due:
            continue
        clipping = gather(connection, yesterday, watch.filters, watch.name)
        clipping = with_letterhead(connection, clipping, last_letterhead(connection, watch.name))
        for address, error in send_clipping(connection, clipping, watch.clip, list(due), templates, send):
            if error is None:
                connection.execute(
                    "UPDATE watch_receivers SET clip_sent = :day WHERE id = :id",
                    {"day": yesterday.isoformat(), "id": due[address]},
                )
            yield Sent(watch.name, address, len(clipping.articles), error)
