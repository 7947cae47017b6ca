"""What ``feed doctor`` is asked, and what it answers."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

__all__ = ["Diagnosis", "DoctorOptions"]


class Diagnosis(NamedTuple):
    """One thing that was looked at."""

    mark: Literal["ok", "note", "wrong"]
    what: str
    advice: str = ""


@dataclass(frozen=True)
class DoctorOptions:
    """What a user asks of ``feed doctor``."""

    broker: str
    filter: str | None = None
    qos: int = 1
    user: str | None = None
    programs: tuple[tuple[str, str], ...] = ()
    """(option of an engine, the program of it that the user names)"""
    protocol: str = "3.1.1"
    client_id: str | None = None
    websocket: str | None = None
    """an address for browsers; None: that of the broker, if it was started on this machine"""
    origin: str | None = None
    """of the web page that connects there"""
