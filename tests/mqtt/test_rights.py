"""Which rights a user lacks, on brokers that do not say so."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from feed.broker.acl import mosquitto_acl
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.rights import refused_reads, refused_writes, why_hung_up
from tests.brokers import COUNTRIES, EmbeddedLike, ListedMosquitto, free_port

OWN = ["exercise/v1/x/up/jpn/presence/a", "exercise/v1/x/up/jpn/ack/a"]
FOREIGN = ["exercise/v1/x/up/kor/ack/a", "exercise/v1/x/feed/jpn/alert/a"]
POOR = "user jpn\ntopic read exercise/v1/+/feed/jpn/#\n"


@pytest.fixture(scope="module")
def listed() -> Iterator[ListedMosquitto]:
    """Give a mosquitto with the access list that is printed."""
    broker = ListedMosquitto(mosquitto_acl(COUNTRIES))
    yield broker
    broker.close()


@pytest.fixture(scope="module")
def poor() -> Iterator[ListedMosquitto]:
    """Give a mosquitto on which a country may read its feed and nothing else."""
    broker = ListedMosquitto(POOR)
    yield broker
    broker.close()


def jpn(broker: ListedMosquitto | EmbeddedLike) -> BrokerAddress:
    """Return the address as a country connects to it."""
    return parse_address(broker.url_for("jpn"))


async def test_what_may_be_written_is_told_from_what_may_not(listed: ListedMosquitto) -> None:
    """By trying each topic alone, so that one refusal does not hide another."""
    assert await refused_writes(jpn(listed), [*FOREIGN, *OWN]) == FOREIGN


async def test_who_is_hung_up_for_a_right_is_told_which(poor: ListedMosquitto) -> None:
    """It is not taken for a doubled client id, and the remedy is named."""
    error = await why_hung_up(jpn(poor), "feed-receiver-x-jpn", OWN)

    assert f"user 'jpn' may not write {', '.join(OWN)}; grant that" in str(error)
    assert "--print-acl mosquitto" in str(error)


async def test_who_has_all_rights_has_a_doubled_id(listed: ListedMosquitto) -> None:
    """Nothing else is left that would end a connection as soon as it stands."""
    error = await why_hung_up(jpn(listed), "feed-receiver-x-jpn", OWN)

    assert "it ends the connection of 'feed-receiver-x-jpn'" in str(error)
    assert "two clients have one id" in str(error)


@pytest.mark.nats_server("mosquitto refuses no subscription")
async def test_a_refused_subscription_is_found(embedded: EmbeddedLike) -> None:
    """nats-server answers a subscription without the right."""
    own, foreign = "exercise/v1/+/feed/jpn/#", "exercise/v1/+/feed/kor/#"

    assert await refused_reads(jpn(embedded), [own, foreign]) == [foreign]


async def test_a_broker_that_is_away_or_refuses_is_no_missing_right(
    listed: ListedMosquitto,
) -> None:
    """What cannot be tried is said as what it is."""
    away = BrokerAddress("127.0.0.1", free_port())
    wrong = replace(jpn(listed), password="wrong")  # noqa: S106 - it is wrong

    for address, why in ((away, "connection refused"), (wrong, "not authorised")):
        with pytest.raises(BrokerError, match=why):
            await refused_writes(address, OWN)
        with pytest.raises(BrokerError, match=why):
            await refused_reads(address, OWN)
        assert why in str(await why_hung_up(address, "x", OWN))
