"""Names to addresses: a public name that means a private address is refused before anything is sent there."""

from __future__ import annotations

from collections.abc import Sequence

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.urls import is_private

refused: dict[str, str] = {}  # names that were refused, with the reason: Twisted says only "no results"


class PrivateAddress(IgnoreRequest):
    """A public name means a private address; the message says which."""


class PublicResolver(CachingThreadedResolver):
    """Scrapy's caching resolver (IPv4), which keeps a listed site from leading us into a private network.

    Names that are private by themselves (an address, `localhost`, `.local`, `.internal`, `.lan`) pass: the host guard
    lets them through only where the catalogue names them.
    """

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """The address of a name. Fails with DNSLookupError, also for a refused one."""
        found: Deferred[str] = super().getHostByName(name, timeout)
        if not is_private(f"http://{name}/"):
            found.addCallback(_refuse_private, name)
        return found


def _refuse_private(address: str, name: str) -> str:
    if is_private(f"http://{address}/"):
        refused[name] = f"{name} means the private address {address}"
        raise DNSLookupError(refused[name])
    return address
