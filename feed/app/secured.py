"""A secured broker of our own: its credentials, its certificate, and who is let in from now on."""

import datetime as dt
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from feed.broker.embedded import EmbeddedBroker
from feed.broker.engines.engine import Secured
from feed.broker.roles import rights
from feed.clock import Clock
from feed.errors import FeedError

if TYPE_CHECKING:
    from feed.files.secure import SecureFolder

__all__ = ["EVERYWHERE", "keep_admitting", "known_by", "prepared_folder", "secured_by"]

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what a user may ask for
_HERE = ("localhost", "127.0.0.1", "::1")
_LOOK_S = 0.5

log = structlog.get_logger()


def prepared_folder(
    folder: Path, *, countries: Sequence[str], host: str, names: Sequence[str], clock: Clock
) -> "SecureFolder":
    """Return the folder of a secured broker with credentials for everybody; make what is missing.

    ``names`` are those by which clients reach it, the first the one that is handed out.
    """
    # Only who secures a broker waits for what makes certificates to load.
    from feed.files.secure import SecureFolder  # noqa: PLC0415

    secure = SecureFolder(folder)
    now = dt.datetime.fromtimestamp(clock.wall() / 1e6, dt.UTC)
    hosts = list(dict.fromkeys((*known_by(host, names), *_HERE)))
    roles = list(rights([country.lower() for country in countries]))
    made = secure.prepare(roles, hosts, now)
    if made:
        log.info("credentials made", folder=str(secure.folder), roles=" ".join(made))
    return secure


def known_by(host: str, names: Sequence[str]) -> list[str]:
    """Return the hosts that clients know a broker by."""
    if names or host not in EVERYWHERE:
        return [*names, *([] if host in EVERYWHERE else [host])]
    return [socket.gethostname()]


def secured_by(secure: "SecureFolder", names: Sequence[str]) -> Secured:
    """Return what a broker is secured with, as the folder stands now."""
    users = secure.users()
    return Secured(
        certificate=secure.certificate,
        key=secure.key,
        authority=secure.folder / "ca.pem",
        hashes={
            "nats-server": {role: hashes.bcrypt for role, hashes in users.items()},
            "mosquitto": {role: hashes.mosquitto for role, hashes in users.items()},
        },
        names=tuple(names),
    )


async def keep_admitting(
    secure: "SecureFolder", broker: EmbeddedBroker, names: Sequence[str], clock: Clock
) -> None:
    """Let a running broker know whenever the folder says who may connect."""
    stamp = secure.stamp()
    while True:
        await clock.sleep(_LOOK_S)
        try:
            now = secure.stamp()
            if now != stamp:
                await broker.admit(secured_by(secure, names))
                stamp = now
        except FeedError as error:
            # Whoever was let in stays in; an unreadable file lets nobody in, and nobody out.
            log.warning("who may connect is unknown", why=str(error), remedy="feed credentials")
