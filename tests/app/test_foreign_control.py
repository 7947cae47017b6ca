"""What requests and keys mean for a capture."""

from math import inf
from typing import Any

import pytest

from feed.app.foreign_control import action_of, key_action
from feed.core.actions import Loop, Next, Pause, Play, Rate, Seek, Step, Stop, TransportError, Until
from feed.model.time import SECOND
from feed.wire.control import REQUEST
from tests.core.test_foreign import FIRST, foreign


def meaning(do: str, **members: Any) -> object:
    """Return what a request means ten seconds into the capture."""
    request = REQUEST.validate_python({"id": "1", "client": "me", "do": do, **members})
    return action_of(request, foreign(), FIRST + 10 * SECOND)


@pytest.mark.parametrize(
    ("request_", "action"),
    [
        ({"do": "toggle"}, Play()),
        ({"do": "pause"}, Pause()),
        ({"do": "rate", "rate": "max"}, Rate(rate=inf)),
        ({"do": "seek", "by": "-4s"}, Seek(to=FIRST + 6 * SECOND)),
        ({"do": "seek", "by": "+1m"}, Seek(to=FIRST + 70 * SECOND)),
        ({"do": "seek", "to": "+30s"}, Seek(to=FIRST + 30 * SECOND)),
        ({"do": "seek", "to": "22:14:00"}, Seek(to=FIRST + 40 * SECOND)),
        ({"do": "loop", "begin": "+0s", "end": "+5s"}, Loop(begin=FIRST, end=FIRST + 5 * SECOND)),
        ({"do": "loop"}, Loop()),
        ({"do": "until", "to": "+20s"}, Until(to=FIRST + 20 * SECOND)),
        ({"do": "step"}, Step()),
        ({"do": "stop"}, Stop()),
    ],
)  # fmt: skip
def test_a_request_means_an_action(request_: dict[str, Any], action: object) -> None:
    """Times count from the first message, clock times are of the capture."""
    assert meaning(**request_) == action


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ({"do": "seek"}, "needs either"),
        ({"do": "seek", "to": "jalert"}, "is no time"),
        ({"do": "seek", "by": "far"}, "is no way to go"),
    ],
)
def test_what_means_nothing_is_said(request_: dict[str, Any], why: str) -> None:
    """In one sentence."""
    with pytest.raises(TransportError, match=why):
        meaning(**request_)


def test_keys_do_what_they_do_to_a_run() -> None:
    """As under the live view."""
    run = foreign(rate=10)
    assert [key_action(key, run) for key in ("space", "plus", "minus", "right", "n", "q", "x")] == [
        Play(), Rate(rate=20), Rate(rate=5), Step(), Next(), Stop(), None
    ]  # fmt: skip
    run.apply(Play(), 0.0)
    assert key_action("space", run) == Pause()
