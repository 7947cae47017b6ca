"""Where a broker is: the address a user gives, or several, taken apart."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from feed.errors import UsageError

__all__ = ["DEFAULT_PORT", "BrokerAddress", "parse_address", "with_credentials"]

DEFAULT_PORT = 1883
_TLS_PORT = 8883
_SCHEMES = {"mqtt": (DEFAULT_PORT, False), "mqtts": (_TLS_PORT, True)}
_CREDENTIALS = "credentials"
_FORM = (
    "write mqtt://user:password@host:port or mqtts://…, with %40 for @ and %2C for , in a "
    "password; several of them with commas between"
)


@dataclass(frozen=True)
class BrokerAddress:
    """A broker, as whom to connect, and where else it can be reached."""

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
    before_5: bool = field(default=False, compare=False)
    """it is known to speak MQTT 3.1.1 and nothing later"""
    others: "tuple[BrokerAddress, ...]" = ()
    """to turn to, in this order, where this one cannot be used; they have no others themselves"""

    @property
    def each(self) -> "tuple[BrokerAddress, ...]":
        """This address alone, and then each of the others."""
        return (replace(self, others=()), *self.others)

    def mapped(self, change: "Callable[[BrokerAddress], BrokerAddress]") -> "BrokerAddress":
        """Return the address with a change made to each of them."""
        first, *others = map(change, self.each)
        return replace(first, others=tuple(others))

    def renewed(self) -> "BrokerAddress":
        """Return the address with the password that holds now."""
        return self if self.renew is None else self.renew()

    @property
    def shown(self) -> str:
        """The address, or all of them, as may be printed: without user and password."""
        return ", ".join(
            f"[{one.host}]:{one.port}" if ":" in one.host else f"{one.host}:{one.port}"
            for one in (self, *self.others)
        )

    def __repr__(self) -> str:
        return f"BrokerAddress({self.shown})"


def parse_address(url: str) -> BrokerAddress:
    """Return the parts of ``mqtt://user:password@host:port``, ``mqtts://…`` or ``host:port``.

    There can be several, with commas between; one without a scheme has that of the first, and its
    user, password and credentials, too.
    """
    first, *others = (_parsed(text, url) for text in _listed(url))
    each = (first, *others)
    if len({(one.host, one.port) for one in each}) < len(each):
        raise UsageError(f"'{_hidden(url)}' names a broker twice; name each once")
    return replace(first, others=tuple(others))


def _listed(url: str) -> list[str]:
    """Return each of several addresses, with what it takes from the first."""
    first, *others = url.split(",")
    scheme, mark, rest = first.partition("://")
    begin = scheme + mark if mark else ""
    user, at, host = (rest if mark else first).rpartition("@")
    query = f"?{host.partition('?')[2]}" if "?" in host else ""
    heirs = [
        text
        if "://" in text
        else f"{begin}{'' if '@' in text else user + at}{text}{'' if '?' in text else query}"
        for text in others
    ]
    return [first, *heirs]


def _parsed(address: str, url: str) -> BrokerAddress:
    """Return the parts of one of the addresses of ``url``."""
    text = address if "://" in address else f"mqtt://{address}"
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
    return ",".join(
        f"{(text if '://' in text else f'mqtts://{text}').rstrip('/')}"
        f"/?{_CREDENTIALS}={quote(str(folder), safe='')}"
        for text in _listed(url)
    )


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
