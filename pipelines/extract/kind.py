"""Kind: whether an article is a press release or news, by catalogue, address, letterhead and host, in this order."""

from __future__ import annotations

import re

from pipelines.extract.page import ParsedPage
from pipelines.extract.scope import headline_of
from pipelines.queue.host_titles import host_of

RELEASE_PATH = re.compile(r"/(?:siaran|keterangan|rilis)-?pers\b|/press-?releases?\b", re.IGNORECASE)
# A short line that makes a page a press release: its letterhead, or the office that signs it.
PRESS_RELEASE = re.compile(
    r"(?:(?:siaran|keterangan) pers|press release|rilis pers)(?P<numbered>\W+(?:nomor|no)\b.*)?"
    r"|(?P<office>biro (?:komunikasi|hubungan masyarakat|humas)\b.{0,60})",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?:nomor|no)\b\W*\w*\d", re.IGNORECASE)
OFFICIAL = (".go.id", ".mil.id", ".desa.id")  # hosts on which institutions write of themselves
LONGEST_LINE = 200  # characters
NEAR = 6  # blocks around the headline, in which the bare words are a letterhead and no item of a menu


def find_kind(page: ParsedPage, url: str | None, title_key: str, press_releases: bool) -> str:
    """ "press_release" or "news".

    press_releases  what the catalogue says of the source, which comes first
    """
    address = url or page.address
    if press_releases or RELEASE_PATH.search(address) or host_of(address).endswith(OFFICIAL):
        return "press_release"
    letterhead = False  # whether the line before was one; its number may stand on a line of its own
    for line, _ in page.lines():
        mark = PRESS_RELEASE.fullmatch(line) if len(line) < LONGEST_LINE else None
        numbered = mark["numbered"] if mark else letterhead and NUMBER.match(line)
        if numbered or (mark and mark["office"]):
            return "press_release"
        letterhead = mark is not None
    return "press_release" if _has_letterhead(page, title_key) else "news"


def _has_letterhead(page: ParsedPage, title_key: str) -> bool:
    place = headline_of(page.blocks, title_key)
    if place is None:
        return False
    around = page.blocks[max(0, place - NEAR) : place + NEAR]
    return any(not block.linked and not block.aside and PRESS_RELEASE.fullmatch(block.text) for block in around)
