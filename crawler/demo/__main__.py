"""`python -m crawler.demo`: serve the sample newsroom until Ctrl-C, to look around in it."""

from __future__ import annotations

import signal
import sys

from crawler.demo.newsroom import Newsroom, PortTaken
from crawler.demo.sites import SITES

if __name__ == "__main__":
    try:
        with Newsroom(edition=2) as room:
            for site in SITES:
                print(f"{site.name}: {room.address(site.id)}/")
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except PortTaken as error:
        sys.exit(str(error))
