"""Small views for tests of what is drawn from them."""

from typing import Any

from feed.model.time import SECOND
from feed.terminal.views import CountryView, LiveState, MessageView
from tests.make import START

__all__ = ["country", "live_state", "message_view"]


def message_view(
    sequence: int = 1, kind: str = "launch", act: str = "alert", **members: Any
) -> MessageView:
    """Return a message that came two seconds after the event, over a third country."""
    given: dict[str, Any] = {
        "event": "rocket",
        "originator": "KOR",
        "headline": "detected: a rocket from a site",
        "time_us": START,
        "due_us": START + 2_214_000,
        "arrangement": "realtime-2023",
        "path": "KOR>USA>JPN",
        "delay_s": 2.214,
    }
    return MessageView(sequence=sequence, kind=kind, act=act, **(given | members))


def country(code: str = "JPN", *recent: MessageView, **members: Any) -> CountryView:
    """Return a country that has everything it was sent."""
    given: dict[str, Any] = {
        "name": f"Land of {code}",
        "planned": 1437,
        "sent": 184,
        "received": 184,
        "duplicates": 0,
        "missing": 0,
        "connected": True,
        "latency_ms": 11.7,
        "recent": recent,
        "active": {"alert": 2, "launch": 1, "meeting": 0},
    }
    return CountryView(country=code, **(given | members))


def live_state(*countries: CountryView, **members: Any) -> LiveState:
    """Return a run of an hour that is being played at sixty times its time."""
    given: dict[str, Any] = {
        "exercise": "MORNING CALM",
        "title": "A story of an hour",
        "run": "01jfm0abcdefghjkmnpqrstvwx",
        "state": "playing",
        "phase": "playing",
        "rate": 60.0,
        "position_us": START + 900 * SECOND,
        "starts_us": START,
        "ends_us": START + 3600 * SECOND,
        "offset_s": 9 * 3600,
        "wall_us": START + 10 * 365 * 86_400 * SECOND,
        "late_ms": 3,
        "latest_ms": 41,
        "sent": 552,
        "planned": 4311,
        "addresses": ("mqtt://127.0.0.1:1883", "ws://127.0.0.1:8083/mqtt"),
    }
    return LiveState(countries=countries, **(given | members))
