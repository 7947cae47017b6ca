"""What a client says when it connects, and who understands it."""

import asyncio

import pytest

from feed.app.dialects import refusals, tried
from feed.mqtt.address import BrokerAddress
from feed.mqtt.dialect import Greeting, attempt, connect_packet
from tests.brokers import EmbeddedLike, RunningBroker

REFUSED = [
    (Greeting("3.1", "x", "jpn"), "MQTT 3.1 is not spoken"),
    (Greeting("5", "x", "jpn"), "MQTT 5 is refused"),
    (Greeting("3.1.1", "x", ""), "an empty user name is refused"),
    (Greeting("3.1.1", "x", "JPN"), "user names of nats-server are in lower case"),
    (Greeting("3.1.1", "my.client", "jpn"), "a client id with '.' is refused"),
    (Greeting("3.1.1", "my client", "jpn"), "a client id with a space is refused"),
    (Greeting("3.1.1", "all*", "jpn"), "a client id with '*' is refused"),
    (Greeting("3.1.1", "a>b", "jpn"), "a client id with '>' is refused"),
]


def at(broker: RunningBroker) -> BrokerAddress:
    """Return where a broker listens."""
    return BrokerAddress(broker.host, broker.port)


@pytest.mark.nats_server("mosquitto takes all of these")
@pytest.mark.parametrize(("greeting", "what"), REFUSED)
async def test_what_is_refused_is_known_beforehand(
    embedded: EmbeddedLike, greeting: Greeting, what: str
) -> None:
    """The embedded broker refuses what is said here, with that reason and a remedy."""
    verdict = await tried(at(embedded), greeting)

    assert not verdict.let_in
    assert [reason.startswith(what) for reason, _ in verdict.reasons] == [True]
    assert all(advice for _, advice in verdict.reasons)


@pytest.mark.parametrize("client_id", ["", "x", "a_b-c", "a/b", "a+b", "日本", "x" * 200])
async def test_what_is_let_in_has_no_reason_against_it(
    embedded: EmbeddedLike, client_id: str
) -> None:
    """No mistake is found in what works."""
    verdict = await tried(at(embedded), Greeting("3.1.1", client_id, "jpn"))

    assert (verdict.let_in, verdict.reasons) == (True, ())


@pytest.mark.parametrize(("greeting", "what"), REFUSED)
async def test_another_broker_may_take_it(
    mosquitto: RunningBroker, greeting: Greeting, what: str
) -> None:
    """Then it is said that the embedded one would not."""
    verdict = await tried(at(mosquitto), greeting)

    assert verdict.let_in
    assert verdict.reasons[0][0].startswith(what)


@pytest.mark.nats_server("mosquitto takes all of these")
async def test_other_refusals_have_a_reason_too(embedded: EmbeddedLike) -> None:
    """A user that is not known, and an id with what cannot be seen."""
    unknown = await tried(at(embedded), Greeting("3.1.1", "x", "nobody"))
    invisible = await tried(at(embedded), Greeting("3.1.1", "x\x1b[2J", "jpn"))

    assert unknown.reasons[0][0] == "its user is not known, or the password is another"
    assert "\x1b" not in invisible.what
    assert all("\x1b" not in reason for reason, _ in invisible.reasons)


def test_several_mistakes_are_said_at_once() -> None:
    """Who corrects one need not come again for the next."""
    assert len(list(refusals(Greeting("5", "a.b", "JPN")))) == 3


async def test_a_client_of_that_name_is_not_disturbed(embedded: EmbeddedLike) -> None:
    """The trial takes an id of its own: a broker ends the older of two clients with one id."""
    reader, writer = await asyncio.open_connection(embedded.host, embedded.port)
    writer.write(connect_packet(Greeting("3.1.1", "the-name", "jpn")))
    assert await reader.readexactly(4) == b"\x20\x02\x00\x00"
    await tried(at(embedded), Greeting("3.1.1", "the-name", "jpn"))
    writer.write(b"\xc0\x00")
    assert await reader.readexactly(2) == b"\xd0\x00"
    assert await attempt(at(embedded), Greeting("3.1.1", "the-name", "jpn")) == ("accepted", 0)
    assert await reader.read() == b""
    writer.close()
