"""Alerts, meetings and agreements as one country knows them at a moment."""

from dataclasses import dataclass
from typing import Any

from feed.core.knowledge import KnownCorrection, KnownReport, texts_of
from feed.core.picture import Shown
from feed.model.members import member
from feed.model.time import SECOND

__all__ = [
    "AgreementNow",
    "AlertNow",
    "MeetingNow",
    "agreement_now",
    "alert_now",
    "meeting_now",
]


@dataclass(frozen=True)
class AlertNow:
    """One alert: on, on in a part, over because …, or withdrawn because …."""

    event: str
    about: str | None
    issuer: str
    channel: str
    headline: dict[str, str]
    text: dict[str, str]
    since: int
    """when it was issued"""
    heard: int
    """when this country received it"""
    stood_s: float
    """how long it has stood, or had stood"""
    on_in: tuple[str, ...]
    """the names of the areas in which it is on"""
    over_in: tuple[str, ...]
    over: int | None
    """when this country heard that it is over"""
    over_by: str
    """``cancel`` (withdrawn), ``all-clear`` (it was right and is over), ``expired``; or empty"""
    reason: str
    """why it was last changed"""
    corrections: tuple[KnownCorrection, ...]


@dataclass(frozen=True)
class MeetingNow:
    """One meeting that is to be, or is being held."""

    event: str
    title: dict[str, str]
    state: str
    scheduled: str | None
    place: str
    place_names: dict[str, str]
    """by language, where it has a name in others than English"""
    since: int
    corrections: tuple[KnownCorrection, ...]


@dataclass(frozen=True)
class AgreementNow:
    """One agreement, and what it does to sharing."""

    event: str
    title: dict[str, str]
    state: str
    in_force: bool
    parties: tuple[str, ...]
    effect: dict[str, str]
    since: int
    """since when its state is as it is"""


def alert_now(known: KnownReport, shown: Shown | None, now: int) -> AlertNow:
    """Return an alert as it is known at a moment; ``shown`` is None once it is over."""
    first = known.first.message
    data = first.data if shown is None else _last(shown)
    end = known.end
    withdrawn = [each for each in known.corrections if each.act == "cancel" and not each.partial]
    reasons = [each.reason for each in known.corrections if each.reason]
    on_in = _names(data.get("areas")) if shown is not None else ()
    parts = [name for each in known.corrections if each.partial for name in each.areas]
    expired = shown is None and end is None and first.expires is not None
    over = first.expires if expired else None if end is None else end.due
    until = now if end is None else end.at
    if expired and first.expires is not None:
        until = min(now, first.expires)
    return AlertNow(
        event=known.event,
        about=_text(data.get("about")),
        issuer=_text(member(data, "issuer", "authority")) or "",
        channel=_text(member(data, "issuer", "channel")) or "",
        headline=texts_of(data.get("headline")),
        text=texts_of(data.get("text")),
        since=first.at,
        heard=known.first.due,
        stood_s=(until - first.at) / SECOND,
        on_in=on_in,
        over_in=_names(first.data.get("areas")) if shown is None else tuple(dict.fromkeys(parts)),
        over=over,
        # What was over may still be withdrawn: then it had been wrong.
        over_by="cancel" if withdrawn else "expired" if expired else end.act if end else "",
        reason=reasons[-1] if reasons else "",
        corrections=tuple(known.corrections),
    )


def meeting_now(known: KnownReport, shown: Shown) -> MeetingNow:
    """Return a meeting as it is known."""
    data = _last(shown)
    return MeetingNow(
        event=known.event,
        title=texts_of(data.get("title")),
        state=_text(data.get("state")) or "",
        scheduled=_text(data.get("scheduled")),
        place=_text(data.get("place")) or "",
        place_names=texts_of(data.get("place_names")),
        since=known.first.due,
        corrections=tuple(known.corrections),
    )


def agreement_now(known: KnownReport, shown: Shown) -> AgreementNow:
    """Return an agreement as it is known."""
    data = _last(shown)
    state = _text(data.get("state")) or ""
    parties = data.get("parties")
    return AgreementNow(
        event=known.event,
        title=texts_of(data.get("title")),
        state=state,
        in_force=state in {"in-force", "restored", "activated"},
        parties=tuple(each for each in parties if isinstance(each, str))
        if isinstance(parties, list)
        else (),
        effect=texts_of(data.get("effect")),
        since=shown.last.message.at,
    )


def _last(shown: Shown) -> dict[str, Any]:
    own = shown.own
    return own.message.data if own is not None else shown.last.message.data


def _names(areas: Any) -> tuple[str, ...]:
    names = [member(area, "name") for area in areas] if isinstance(areas, list) else []
    return tuple(name for name in names if isinstance(name, str))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
