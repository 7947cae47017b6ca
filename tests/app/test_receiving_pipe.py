"""What a command and the process of its receivers say to each other."""

from pathlib import Path

import pytest

from feed.app.receiving_pipe import (
    Assigned,
    Assignment,
    CountryTold,
    Failed,
    Finished,
    Leave,
    Logged,
    Order,
    Ready,
    Seen,
    Told,
    Worded,
    order_of,
    told_of,
    written,
)
from feed.mqtt.address import parse_address
from feed.terminal.views import MessageView

VIEW = MessageView(
    sequence=7,
    kind="alert",
    act="update",
    event="siren",
    originator="JPN",
    headline="避難\u2028してください。",
    time_us=1,
    due_us=2,
    arrangement="accord",
    path="JPN>USA",
    delay_s=0.25,
    offset_s=32400,
)
TOLD = CountryTold("JPN", True, 7, 9, ((3, 4),), 1, 1.5, {"launch": 2}, (VIEW,))
ADDRESSES = ["mqtt://jpn:a%40b@127.0.0.1:1884,other", "mqtts://host/?credentials=%2Ftmp%2Fx"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_assignment_arrives_as_it_was_written(address: str) -> None:
    """Passwords, other addresses and folders of credentials included; and so does a farewell."""
    given = Assigned("JPN", parse_address(address), Path("/a b/ledger.sqlite"))
    orders: list[Order] = [
        Assignment("drill", [given], "-me", 32400, "ja", "Asia/Tokyo", lines=False, verbose=True),
        Leave(),
        Leave(at_once=True),
    ]
    lines = [written(order) for order in orders]

    assert [order_of(line) for line in lines] == orders
    assert all(line.count(b"\n") == 1 and line.endswith(b"\n") for line in lines)


@pytest.mark.parametrize(
    "told",
    [
        Ready(),
        Worded("EXERCISE 1\nEXERCISE 2\n"),
        Seen([TOLD]),
        Finished([TOLD, CountryTold("KOR")]),
        Logged(30, "left out", {"topic": "a/b", "count": 3}, "paho"),
        Failed("BrokerError", ["127.0.0.1:1", "connection refused"]),
    ],
    ids=lambda told: told.what,
)
def test_what_is_told_arrives_as_it_was_written(told: Told) -> None:
    """Each in one line, messages with all that they say."""
    line = written(told)

    # A list has become of what was a tuple, or the other way round; what is in it is the same.
    assert written(told_of(line)) == line
    assert type(told_of(line)) is type(told)
    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    "line", [b"", b"{}", b'{"what": "ready"', b'{"what": "leave"}', b"Warning"]
)
def test_what_is_not_told_is_refused(line: bytes) -> None:
    """Neither an order nor noise is taken for something that receivers tell."""
    with pytest.raises(ValueError, match="validation error"):
        told_of(line)
