"""Pages: a clipping as HTML from a template, and as PDF from that HTML (WeasyPrint)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)

from pipelines.desk.clip.gather import Clipping
from pipelines.errors import UserError

TEMPLATES = Path(__file__).with_name("templates")


def to_html(clipping: Clipping, templates: Path | None) -> str:
    """A clipping as one page. Files of the folder `templates` replace ours (kliping.html, kop.html, kliping.css).

    Raises UserError for a template that is wrong.
    """
    folders = [FileSystemLoader(folder) for folder in (templates, TEMPLATES) if folder]
    environment = Environment(loader=ChoiceLoader(folders), autoescape=True, undefined=StrictUndefined)
    try:
        return environment.get_template("kliping.html").render(kliping=clipping)
    except TemplateError as error:
        where = f" ({error.name}, line {error.lineno})" if isinstance(error, TemplateSyntaxError) else ""
        raise UserError(f"{templates or TEMPLATES}: a template is wrong: {error}{where}") from error


def to_pdf(clipping: Clipping, templates: Path | None) -> bytes:
    """A clipping as PDF. Files may come from the templates' folders only, so that nothing an article says is fetched.

    Raises UserError as `pdf_of`.
    """
    return pdf_of(to_html(clipping, templates), [folder for folder in (templates, TEMPLATES) if folder])


def pdf_of(html: str, folders: Sequence[Path]) -> bytes:
    """A page as PDF; what it shows besides its text comes from these folders alone, the first being its own.

    Raises UserError where the system lacks Pango, which WeasyPrint draws text with.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise UserError(
            f"--format pdf: needs Pango ({str(error).splitlines()[0]}); "
            "apt install libpango-1.0-0 libpangoft2-1.0-0, or choose html or docx"
        ) from error

    allowed = [folder.resolve() for folder in folders]

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> object:
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            if parts.scheme != "data" and not (
                parts.scheme == "file" and any(path.is_relative_to(folder) for folder in allowed)
            ):
                raise ValueError(f"{url}: is outside the folder of the templates")
            return super().fetch(url, headers)

    page = HTML(string=html, base_url=f"{allowed[0]}/", url_fetcher=Fetcher())
    return bytes(page.write_pdf())
