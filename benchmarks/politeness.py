"""An instrumented crawl of four sites on loopback: what each was asked, when, and what a second run asks.

.venv/bin/python -m benchmarks.politeness
"""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

from tests.crawler.crawling import run_crawl
from tests.crawler.faults import Fault, Site, catalogue, feed, http, page, serve_faults

LAST = "Last-Modified: Wed, 12 Nov 2025 02:00:00 GMT"


def _site(robots: str) -> Fault:
    def build(site: Site) -> None:
        paths = [f"/b/{n}" for n in range(5)]
        listing = "".join(f"<a href='{path}?utm_source=beranda'>B</a>" for path in paths)
        site.answers |= {path: http(page(f"Berita {path}")) for path in paths}
        site.answers |= {
            "/robots.txt": http(robots, Content_Type="text/plain"),
            "/umpan": feed(site, *paths, "/rahasia/1").replace(b"\r\n", f"\r\n{LAST}\r\n".encode(), 1),
            "/indeks": http(listing, ETag='"1"'),
            "/rahasia/1": http(page("Rahasia")),
        }

    return Fault(robots.replace("\n", " ") or "no rules", build)


def main() -> None:
    """Crawl twice and print."""
    sites_to_run = (
        _site("User-agent: *\nDisallow: /rahasia/\n"),
        _site("User-agent: pantau\nCrawl-delay: 1.5\nDisallow: /rahasia/\n"),
    )
    with tempfile.TemporaryDirectory() as name, serve_faults(sites_to_run) as sites:
        text = catalogue(sites, sites_to_run, delay=0.8)
        for site in sites.values():
            text = text.replace(
                f'discover = [{{ method = "feed", url = "{site.address}/umpan" }}]',
                f'discover = [{{ method = "feed", url = "{site.address}/umpan" }}, '
                f'{{ method = "listing", url = "{site.address}/indeks" }}]',
            )
        first_site = next(iter(sites.values()))
        shared = text.split("[[source]]")[1].replace('id = "f0"', 'id = "kembar"')  # a second source on the first host
        text += f"\n[[source]]{shared}"
        for run in (1, 2):
            for site in sites.values():
                site.log.clear()
            report = run_crawl(Path(name), text)
            counts = ", ".join(
                f"{source}: {c.fetched} fetched, {c.not_modified} not modified" for source, c in report.sources.items()
            )
            print(f"run {run}: {counts}")
            for rules, site in sites.items():
                owner = "two sources" if site is first_site else "one source"
                print(f"  {rules} ({owner}, delay 0.8 s)")
                for before, (at, path, head) in zip([None, *site.log], site.log, strict=False):
                    gap = f"+{at - before[0]:.2f} s" if before else "first"
                    condition = "conditional" if "\r\nIf-" in head else ""
                    print(f"    {gap:>8}  {path:<12} {condition}")
                found = [b[0] - a[0] for a, b in itertools.pairwise(site.log)]
                if found:
                    print(f"    closest: {min(found):.3f} s; /rahasia asked for {site.asked('/rahasia')} times")
            for site in sites.values():
                site.answers |= {path: http("", "304 Not Modified") for path in ("/umpan", "/indeks")}


if __name__ == "__main__":
    main()
