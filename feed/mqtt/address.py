"""Where a broker is: the address a user gives, taken apart."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from feed.errors import UsageError

__all__ = ["DEFAULT_PORT", "BrokerAddress", "parse_address", "with_credentials"]

DEFAULT_PORT = 1883
_TLS_PORT = 8883
_SCHEMES = {"mqtt": (DEFAULT_PORT, False), "mqtts": (_TLS_PORT, True)}
_CREDENTIALS = "credentials"
_FORM = "write mqtt://user:password@host:port or mqtts://…, with %40 for @ in a password"


@dataclass(frozen=True)
class BrokerAddress:
    """A broker, and as whom to connect."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    credentials: Path | None = None
    """the folder that they come from, and with them the keys of signatures"""
    authority: Path | None = None
    """who vouches for the broker's certificate; None: those that the machine trusts"""
    renew: "Callable[[], BrokerAddress] | None" = field(default=None, repr=False, compare=False)
    """looks up the password again; a broker that was started again has another"""

    def renewed(self) -> "BrokerAddress":
        """Return the address with the password that holds now."""
        return self if self.renew is None else self.renew()

    @property
    def shown(self) -> str:
        """The address as it may be printed: without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __repr__(self) -> str:
        return f"BrokerAddress({self.shown})"


def parse_address(url: str) -> BrokerAddress:
    """Return the parts of ``mqtt://user:password@host:port``, ``mqtts://…`` or ``host:port``."""
    text = url if "://" in url else f"mqtt://{url}"
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parts.hostname or ""
        host.encode("idna")  # as a socket would have to
        credentials = _credentials(parts.query)
    except ValueError:
        raise UsageError(f"'{_hidden(url)}' is not a broker's address; {_FORM}") from None
    if parts.scheme not in _SCHEMES:
        raise UsageError(f"'{parts.scheme}://' is not a way to reach a broker; {_FORM}")
    if not host or " " in host or port == 0 or parts.path.strip("/") or parts.fragment:
        raise UsageError(f"'{_hidden(url)}' is not a broker's address; {_FORM}")
    default, tls = _SCHEMES[parts.scheme]
    if credentials is not None and not tls:
        raise UsageError(
            "credentials go over an encrypted connection only; write mqtts://host:port"
        )
    return BrokerAddress(
        host=host,
        port=default if port is None else port,
        tls=tls,
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        credentials=credentials,
    )


def with_credentials(url: str, folder: Path) -> str:
    """Return an address that also says where the credentials for it are."""
    text = url if "://" in url else f"mqtts://{url}"
    return f"{text.rstrip('/')}/?{_CREDENTIALS}={quote(str(folder), safe='')}"


def _credentials(query: str) -> Path | None:
    """Return the folder that an address names; ``ValueError`` if it says anything else."""
    if not query:
        return None
    members = parse_qs(query, strict_parsing=True)
    if set(members) != {_CREDENTIALS} or len(members[_CREDENTIALS]) > 1:
        raise ValueError(query)
    return Path(members[_CREDENTIALS][0])


def _hidden(url: str) -> str:
    """Return an address without what may be a password."""
    before, at, after = url.rpartition("@")
    return f"…@{after}" if at and before else url
