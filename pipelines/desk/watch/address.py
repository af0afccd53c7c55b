"""Addresses of receivers: Apprise's, with secrets as ${NAMES} of the environment."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from pipelines.desk.watch import receivers
from pipelines.errors import UserError
from pipelines.settings.kinds import REFERENCE
from pipelines.settings.table import RECEIVERS

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


def with_secrets(address: str) -> str:
    """The address with its ${NAMES} from the environment; raises UserError for one that is not set.

    A receiver of the settings, ${PANTAU_RECEIVER_NAME}, may itself be an address with ${NAMES} of secrets in it.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise UserError(f"the environment variable {match[1]} is not set")
        return os.environ[match[1]]

    def receiver(match: re.Match[str]) -> str:
        return value(match) if match[1].startswith(RECEIVERS.prefix) else match[0]

    return REFERENCE.sub(value, REFERENCE.sub(receiver, address))


def check_address(address: str) -> None:
    """Raise UserError for an address that no service understands, or that has a secret written out.

    A variable that is not set here may be set where `pantau watch run` runs: then only the service itself is checked,
    and of an address that is nothing but a variable not even that. A receiver of the page was checked before.
    """
    if receivers.REFERENCE.fullmatch(address):
        return
    password = urlsplit(address).password
    if password and not REFERENCE.search(password):
        raise UserError("--to: keep the secret out of the database; write ${NAME} and set the variable NAME")
    try:
        whole = with_secrets(address)
    except UserError:
        if not REFERENCE.fullmatch(address) and not _is_service(address):
            raise UserError(_unknown(address)) from None
        return
    import apprise  # takes half a second

    if apprise.Apprise.instantiate(whole, suppress_exceptions=True) is None:
        raise UserError(_unknown(address))


def _is_service(address: str) -> bool:
    """Whether an address begins with the name of a service that Apprise knows."""
    from apprise.manager_plugins import NotificationManager

    scheme = SCHEME.match(address)
    return scheme is not None and scheme[1].lower() in NotificationManager().schemas()


def _unknown(address: str) -> str:
    return (
        f"--to {address}: no service understands this address; mail is mailtos://NAME:${{PASSWORD}}@SERVER?to=ADDRESS, "
        "others: https://github.com/caronc/apprise/wiki"
    )
