"""Any topic, readable; which filters make sense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import Client

from feed.app.watch import WatchOptions, filter_mistakes, watch
from feed.errors import UsageError
from tests.app.stage import Stage


@given(st.text(alphabet="ab/+#", max_size=8))
def test_what_is_wrong_with_a_filter_is_what_mqtt_says(name: str) -> None:
    """Another client's own rules agree, for every text."""
    accepted = bool(name) and Client._filter_wildcard_len_check(name.encode()) == 0

    assert (not list(filter_mistakes(name))) == accepted


def test_a_filter_has_limits() -> None:
    """A text that no packet can hold, or that MQTT forbids, is refused."""
    assert list(filter_mistakes("a" * 65_536))
    assert list(filter_mistakes("a\0"))
    assert not list(filter_mistakes("a" * 65_535))


async def test_a_filter_is_looked_at_before_the_broker() -> None:
    """Some brokers hang up on a wrong one, which would tell nobody anything."""
    with pytest.raises(UsageError, match="'#' may only be the last level"):
        await watch(WatchOptions(broker="127.0.0.1:1", filter="#/a"))


async def test_no_more_than_asked_for_is_printed(
    stage: Stage, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Raw bytes go out as they came, also such as are no text."""
    base = stage.topics.base
    async with stage.client("player") as client:
        for number in range(3):
            topic = stage.topics.state("jpn", "alert", str(number))
            await client.say(topic, bytes([0xFF, number]), retain=True)
    broker = stage.broker.url_for("observer")
    options = WatchOptions(broker=broker, filter=f"{base}/#", raw=True, most=2)

    assert await watch(options) == 0
    lines = [each for each in capfdbinary.readouterr().out.splitlines() if b" \xff" in each]
    every = {
        stage.topics.state("jpn", "alert", str(number)).encode() + b" \xff" + bytes([number])
        for number in range(3)
    }
    # A broker may give what stands in any order.
    assert len(lines) == len(every.intersection(lines)) == 2
