"""`python -m crawler.demo`: serve the sample newsroom until Ctrl-C, to look around in it."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import datetime

from crawler.demo.articles import ArticleError
from crawler.demo.newsroom import BASE_PORT, Newsroom, PortTaken
from crawler.demo.sites import SITES
from crawler.zone import WIB


def main() -> None:
    """Serve, and print each site's address; ends with a one-line error when a port is taken or an article is wrong."""
    parser = argparse.ArgumentParser(prog="python -m crawler.demo", description="Ruang redaksi contoh di 127.0.0.1.")
    parser.add_argument(
        "--base-port", type=int, default=BASE_PORT, help=f"situs ke-n di porta ini + n (baku {BASE_PORT}; 0: bebas)"
    )
    parser.add_argument("--edition", type=int, choices=(1, 2), default=2, help="2: dengan koreksi dan artikel susulan")
    options = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before the sites' threads start: only sigwait may get them
    try:
        with Newsroom(base_port=options.base_port, edition=options.edition, day=datetime.now(WIB).date()) as room:
            for site in SITES:
                print(f"{site.name}: {room.address(site.id)}/", flush=True)
            signal.sigwait(ends)
    except (PortTaken, ArticleError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
