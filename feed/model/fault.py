"""Faults on purpose: what is done to messages on their way to a country, to see who notices."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from feed.model.base import Country, Model, Slug, Version
from feed.model.event import KINDS
from feed.model.time import Duration, When

__all__ = ["CORRUPTIONS", "FAULTS", "Corruption", "Fault", "FaultKind", "FaultsFile"]

FaultKind = Literal["drop", "cut", "duplicate", "delay", "reorder", "corrupt", "stale"]
FAULTS: tuple[FaultKind, ...] = (
    "drop",
    "cut",
    "duplicate",
    "delay",
    "reorder",
    "corrupt",
    "stale",
)
Corruption = Literal["truncate", "garble", "not-utf8", "no-json", "member"]
CORRUPTIONS: tuple[Corruption, ...] = ("truncate", "garble", "not-utf8", "no-json", "member")


def _kind(value: str) -> str:
    if value not in KINDS:
        raise PydanticCustomError("literal_error", "{value}", {"expected": _CHOICE})
    return value


_CHOICE = " or ".join(repr(kind) for kind in KINDS)
KindName = Annotated[str, AfterValidator(_kind), Field(json_schema_extra={"enum": list(KINDS)})]


def _several(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


_Key = Annotated[str, Field(description="event.originator.n")]
_Number = Annotated[int, Field(ge=1, description="counted from 1")]
_Countries = BeforeValidator(_several, json_schema_input_type=Country | tuple[Country, ...])
_Kinds = BeforeValidator(_several, json_schema_input_type=KindName | tuple[KindName, ...])
_Slugs = BeforeValidator(_several, json_schema_input_type=Slug | tuple[Slug, ...])
_Keys = BeforeValidator(_several, json_schema_input_type=_Key | tuple[_Key, ...])
_Numbers = BeforeValidator(_several, json_schema_input_type=_Number | tuple[_Number, ...])


class Fault(Model):
    """One fault, and which messages it may happen to: those that fit everything that is said."""

    fault: FaultKind = Field(
        description="drop: it is not sent; cut: nothing is sent from one moment to another; "
        "duplicate: it is sent several times; delay: it is sent later; reorder: it is sent behind "
        "others; corrupt: its payload is damaged; stale: the times in it are old"
    )
    name: Slug | None = Field(
        default=None,
        description="what it is called, and what its draws are keyed by; default: the fault",
    )
    country: Annotated[tuple[Country, ...], _Countries] = Field(
        default=(), description="on the way to whom; default: to everybody"
    )
    kinds: Annotated[tuple[KindName, ...], _Kinds] = Field(
        default=(), description="of which kinds; default: of all"
    )
    events: Annotated[tuple[Slug, ...], _Slugs] = Field(
        default=(), description="about which events; default: about all"
    )
    messages: Annotated[tuple[_Key, ...], _Keys] = Field(
        default=(), description="which messages, by key, as event.originator.n; default: all"
    )
    sequence: Annotated[tuple[_Number, ...], _Numbers] = Field(
        default=(), description="under which numbers of the recipient; default: under all"
    )
    from_: When | None = Field(
        default=None, alias="from", description="due at this scenario time or later"
    )
    until: When | None = Field(default=None, description="due before this scenario time")
    probability: float = Field(
        default=1, ge=0, le=1, allow_inf_nan=False, description="how likely it happens to each"
    )
    copies: int | None = Field(
        default=None, ge=2, le=100, description="duplicate: how often it is sent; default: twice"
    )
    by: Duration | None = Field(
        default=None, description="delay: how much later it is sent; stale: how much older it is"
    )
    behind: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="reorder: behind how many messages that follow it; default: one",
    )
    how: Corruption | None = Field(
        default=None, description="corrupt: in which way; default: one that is drawn"
    )
    repair: bool = Field(
        default=False, description="history gives the message as it was to be, to who asks for it"
    )


class FaultsFile(Model):
    """A file of faults, for ``--faults``."""

    feed: Version
    faults: tuple[Fault, ...] = Field(min_length=1, description="the first that happens counts")
