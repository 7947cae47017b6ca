"""What ``nats-server`` tells and does on its own port: who is connected, and to end a connection.

One user, of the server's system account, with a password that is new at every start, may ask this
and how a node is, and nothing else; everybody else speaks MQTT.  The server could tell the same
over HTTP, but to anybody on this machine, client ids included.  The protocol is lines of text:
https://docs.nats.io/reference/reference-protocols/nats-protocol
"""

import asyncio
import contextlib
import hashlib
import json
import secrets
import string
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from feed.core.crowd import Connected
from feed.errors import BrokerError

__all__ = ["ASKED", "REPLIES", "SUPERVISOR", "Supervision", "mark_of", "supervision"]

SUPERVISOR = "feed-supervisor"
"""the user that may ask"""
ASKED = tuple(f"$SYS.REQ.SERVER.*.{what}" for what in ("CONNZ", "KICK", "ROUTEZ", "HEALTHZ", "JSZ"))
"""what it may ask"""
REPLIES = "_INBOX.feed"
"""below which the answers come"""

_PATIENCE_S = 5.0
_LARGEST_LINE = 65_536
_PAGE = 1000
_MOST_PAGES = 100
_OPEN, _CLOSED = 0, 1
_REMEMBERED = 20_000
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_MARK = 8


def mark_of(client: str) -> str:
    """Return by what the server names what it keeps for a client."""
    digest = hashlib.sha256(client.encode()).digest()
    return "".join(_DIGITS[byte % len(_DIGITS)] for byte in digest[:_MARK])


class Supervision:
    """A connection to the server's own port; made by ``supervision``."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._server = ""
        # All who ask, on all nodes of a cluster, are of one account: each has answers of its own.
        self._reply = f"{REPLIES}.{secrets.token_hex(8)}"
        self._known: set[int] = set()
        """who of those that have gone was told of"""

    async def here(self) -> list[Connected]:
        """Return who is connected."""
        found: list[Connected] = []
        for page in range(_MOST_PAGES):
            told = await self._listed(_OPEN, page, "cid")
            found += told
            if len(told) < _PAGE:
                break
        return [one for one in found if one.client]

    async def gone(self) -> list[Connected]:
        """Return who has gone since the last time, as far as the server remembers them."""
        found: list[Connected] = []
        for page in range(_MOST_PAGES):
            told = await self._listed(_CLOSED, page, "stop")
            fresh = [one for one in told if one.number not in self._known]
            found += fresh
            # The latest come first.
            if len(fresh) < _PAGE:
                break
        known = sorted({*self._known, *(one.number for one in found)})
        # The server remembers fewer.
        self._known = set(known[-_REMEMBERED:])
        return [one for one in found if one.client]

    async def end(self, one: Connected) -> None:
        """End a connection; nothing happens if it has ended."""
        await self._ask("KICK", {"cid": one.number})

    async def routes(self) -> set[str]:
        """Return the names of the servers that are nodes with it."""
        told = (await self._ask("ROUTEZ", {})).get("data", {})
        return {str(each.get("remote_name")) for each in told.get("routes") or ()}

    async def healthy(self) -> bool:
        """Tell whether it has all that the others have."""
        told = await self._ask("HEALTHZ", {})
        return bool(told.get("data", {}).get("status") == "ok")

    async def taken(self) -> float:
        """Return which part of the room for messages and sessions is taken."""
        told = (await self._ask("JSZ", {})).get("data", {})
        return float(told["storage"] / told["config"]["max_storage"])

    async def waiting(self) -> Counter[str]:
        """Return how many messages wait for each session, by the mark of its client."""
        found: Counter[str] = Counter()
        asked = {"accounts": True, "streams": True, "consumer": True}
        told = (await self._ask("JSZ", asked)).get("data", {})
        for account in told.get("account_details") or ():
            for stream in account.get("stream_detail") or ():
                for one in stream.get("consumer_detail") or ():
                    found[one["name"][:_MARK]] += one["num_pending"] + one["num_ack_pending"]
        return found

    async def enter(self, password: str) -> None:
        """Say who asks, and where answers are to come."""
        told = json.loads((await self._line()).removeprefix(b"INFO "))
        self._server = told["server_id"]
        said = {"user": SUPERVISOR, "pass": password, "verbose": False, "pedantic": False}
        self._writer.write(f"CONNECT {json.dumps(said)}\r\nSUB {self._reply} 1\r\n".encode())

    async def _listed(self, state: int, page: int, order: str) -> list[Connected]:
        asked = {"auth": True, "state": state, "sort": order}
        told = await self._ask("CONNZ", {**asked, "limit": _PAGE, "offset": page * _PAGE})
        return [
            Connected(
                one["cid"],
                one.get("authorized_user", ""),
                one.get("mqtt_client", ""),
                one.get("subscriptions", 0),
            )
            for one in told.get("data", {}).get("connections") or ()
        ]

    async def _ask(self, what: str, details: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps(details).encode()
        head = f"PUB $SYS.REQ.SERVER.{self._server}.{what} {self._reply} {len(body)}\r\n"
        self._writer.write(head.encode() + body + b"\r\n")
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                line = await self._line()
                if line.startswith(b"MSG "):
                    length = int(line.split()[-1])
                    raw = await self._reader.readexactly(length + 2)
                    answer = json.loads(raw)
                    return answer if isinstance(answer, dict) else {}
                if line.startswith(b"PING"):
                    self._writer.write(b"PONG\r\n")
                elif line.startswith(b"-ERR"):
                    raise ValueError(line.decode(errors="replace").strip())

    async def _line(self) -> bytes:
        async with asyncio.timeout(_PATIENCE_S):
            return await self._reader.readuntil(b"\r\n")


@asynccontextmanager
async def supervision(port: int, password: str) -> AsyncIterator[Supervision]:
    """Connect to a server of this machine; BrokerError: it is not there, or does not answer."""
    with _translated(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LARGEST_LINE)
        try:
            asking = Supervision(reader, writer)
            await asking.enter(password)
            yield asking
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


@contextlib.contextmanager
def _translated(port: int) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, asyncio.IncompleteReadError) as error:
        # A TimeoutError is an OSError.
        why = f"does not say who is connected ({error})"
        raise BrokerError(f"127.0.0.1:{port}", why) from error
