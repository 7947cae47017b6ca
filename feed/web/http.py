"""As much of HTTP/1.1 as serving a few files needs: one request read, one answer written.  Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

__all__ = ["LONGEST_HEAD", "Request", "parse", "response"]

LONGEST_HEAD = 16_384
"""bytes of a request before its body; more is refused"""
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""what no line of a request has; tabs may stand between words"""


@dataclass(frozen=True)
class Request:
    """The head of a request; the names of its headers are lower-case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def accepts(self, coding: str) -> bool:
        """Tell whether the other side takes a content coding, such as ``br``."""
        offers = self.headers.get("accept-encoding", "").split(",")
        return any(offer.strip() == coding for offer in offers)

    @property
    def is_upgrade(self) -> bool:
        """Whether a WebSocket is asked for."""
        return self.method == "GET" and self.headers.get("upgrade", "").lower() == "websocket"


def parse(head: bytes) -> Request | None:
    """Return the request in the bytes up to the empty line; None if it is none."""
    lines = head.decode("latin-1").split("\r\n")
    if any(_CONTROL.search(line) for line in lines):
        # Another server may take a bare line feed for the end of a line.
        return None
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):  # noqa: PLR2004 - method, target, version
        return None
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not line:
            continue
        if not colon or name != name.strip() or name.lower() in headers:
            # A name twice, a folded line: nothing a browser sends, so nobody has to guess.
            return None
        headers[name.lower()] = value.strip()
    return Request(words[0], words[1].partition("?")[0], headers)


def response(status: HTTPStatus, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return an answer, whole; the connection ends with it."""
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
