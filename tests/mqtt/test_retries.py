"""Tests of ``feed.mqtt.retries``: patience with a broker that is away, none with a fight."""

import pytest
from structlog.testing import capture_logs

from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.retries import Retries


def retries() -> Retries:
    """Return the attempts of one client."""
    return Retries(BrokerAddress("h", 1883), "feed-receiver-x-jpn")


def test_pauses_grow_while_a_broker_is_away_and_start_again_when_it_was_there() -> None:
    """Whoever waits for a broker asks ever less often, at least every five seconds."""
    tries = retries()

    tries.connected(0.0)
    assert [tries.pause(n) for n in range(10, 18)] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
    tries.connected(100.0)
    assert tries.pause(200.0) == 0.2


def test_a_broker_is_waited_for_for_ever() -> None:
    """No number of attempts in vain is one too many."""
    tries = retries()

    assert [tries.pause(0.0) for _ in range(1000)][-1] == 5.0


def test_connections_that_last_are_lost_for_ever() -> None:
    """A connection that stood for a while may be lost any number of times."""
    tries = retries()

    for n in range(100):
        tries.connected(10.0 * n)
        assert tries.pause(10.0 * n + 3.0) == 0.2


def test_a_fight_over_an_id_ends() -> None:
    """Six connections in a row that did not last are no chance; the sentence says what to do."""
    tries = retries()
    for n in range(5):
        tries.connected(float(n))
        tries.pause(n + 0.1)
        tries.pause(n + 0.2)  # an attempt in vain between them changes nothing
    tries.connected(9.0)

    with pytest.raises(BrokerError, match=r"'feed-receiver-x-jpn'.*stop the other one, or take"):
        tries.pause(9.1)


def test_a_connection_that_lasts_ends_the_counting() -> None:
    """Five short ones, a long one and five short ones are no fight."""
    tries = retries()
    for lasts in (*[0.1] * 5, 60.0, *[0.1] * 5):
        tries.connected(0.0)
        assert tries.pause(lasts) == 0.2


def test_the_log_tells_of_losses_and_returns_not_of_every_attempt() -> None:
    """A broker that is away for an hour is told in one line, its return in another."""
    tries = retries()
    with capture_logs() as lines:
        tries.connected(0.0)
        for now in range(60, 100):
            tries.pause(float(now))
        tries.connected(100.0)

    assert [line["event"] for line in lines] == ["connection lost", "connected again"]


def test_a_refusal_is_final_unless_another_password_may_be_known() -> None:
    """Where passwords are looked up a few in a row are forgiven, all of them by a connection."""
    fixed = Retries(BrokerAddress("127.0.0.1", 1883), "c")
    address = BrokerAddress("127.0.0.1", 1883, renew=lambda: BrokerAddress("127.0.0.1", 1883))
    looked_up = Retries(address, "c")

    assert not fixed.refused()
    assert [looked_up.refused() for _ in range(6)] == [True] * 5 + [False]
    looked_up.connected(0.0)
    assert looked_up.refused()
