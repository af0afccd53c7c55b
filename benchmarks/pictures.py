"""The pictures of README.md: the sample newsroom as a reader sees it, taken anew by `make pictures`.

Needs Playwright and a Chromium (PANTAU_CHROMIUM, or the one on PATH). Nothing in a picture is touched up: a new demo is
crawled and looked at.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
LARGEST = 150_000  # bytes of a picture: three of them are read with the first page of the project
WIDTH, HEIGHT = 1280, 800
COLOURS = 128  # of a picture's palette; pages have few


def addresses(database: Path) -> dict[str, str]:
    """The pages by the names of their pictures; article and pair are those with the most to see."""
    with closing(sqlite3.connect(database)) as connection:
        (article,) = connection.execute(
            """SELECT a.id FROM articles a JOIN agreements g ON g.article_id = a.id
               JOIN article_officials o ON o.article_id = a.id GROUP BY a.id
               ORDER BY count(DISTINCT g.id) > 0 DESC, count(DISTINCT o.person_id) DESC, a.id LIMIT 1"""
        ).fetchone()
        release, covered = connection.execute(
            """SELECT release_id, article_id FROM coverage WHERE label = 'edited'
               ORDER BY kept DESC, article_id LIMIT 1"""
        ).fetchone()
    return {"beranda": "/", "artikel": f"/artikel/{article}", "liputan": f"/liputan/{release}/{covered}"}


@contextmanager
def served(database: Path) -> Iterator[str]:
    """The address of the pages of a database, for as long as the block lasts."""
    command = [sys.executable, "-m", "pipelines.cli", "--db", str(database), "serve", "--port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=os.environ | {"LC_ALL": "C.UTF-8"}
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "http://" in line:
                yield line.split()[1].rstrip("/")
                break
        process.terminate()


def small(picture: bytes) -> bytes:
    """A screenshot as a PNG with a palette. Raises ValueError where that is still larger than LARGEST."""
    file = io.BytesIO()
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    if len(file.getvalue()) > LARGEST:
        raise ValueError(f"a picture has {len(file.getvalue())} bytes, more than {LARGEST}; take a smaller part")
    return file.getvalue()


def take(database: Path, folder: Path) -> None:
    """Write the pictures of the pages of a database into a folder."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("PANTAU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    folder.mkdir(exist_ok=True)
    with served(database) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        for name, path in addresses(database).items():
            page.goto(address + path)
            (folder / f"{name}.png").write_bytes(small(page.screenshot()))
        browser.close()


def main() -> None:
    """Crawl the sample newsroom into a new database and take its pictures."""
    with tempfile.TemporaryDirectory() as temporary:
        database = Path(temporary) / "contoh.db"
        command = [sys.executable, "-m", "pipelines.cli", "--db", str(database), "demo", "--no-serve"]
        subprocess.run(command, check=True)
        take(database, FOLDER)
    for file in sorted(FOLDER.glob("*.png")):
        print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
