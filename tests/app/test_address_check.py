"""What ``feed doctor`` says of several addresses."""

from collections.abc import Callable
from dataclasses import replace

from feed.app.address_check import of_addresses
from feed.app.finding import Diagnosis
from feed.mqtt.address import BrokerAddress, parse_address
from tests.brokers import HOST, EmbeddedLike, EmbeddedMosquitto, RunningBroker, free_port
from tests.mqtt.peers import port_that, slams


async def said(address: BrokerAddress) -> list[Diagnosis]:
    """Return all that is said."""
    return [each async for each in of_addresses(address)]


async def test_each_says_whether_it_answers_and_what_it_speaks(
    shared: Callable[[str], RunningBroker],
) -> None:
    """In the order in which they are tried; of a single one nothing is said."""
    old, new = shared(EmbeddedLike.name), shared(EmbeddedMosquitto.name)
    dead = free_port()
    async with port_that(slams) as odd:
        # Whoever is not known is refused by the one engine, and let in by the other.
        listed = parse_address(
            f"mqtt://{HOST}:{old.port},{HOST}:{dead},{HOST}:{new.port},{HOST}:{odd.port},"
            f"mqtt://nobody@localhost:{old.port}"
        )
        found = await said(listed)

    assert [each.mark for each in found] == ["ok", "note", "ok", "note", "note"]
    texts = [each.what for each in found]
    assert texts[0] == f"{HOST}:{old.port} answers; MQTT 3.1.1: yes; MQTT 5: no"
    assert texts[1].startswith(f"{HOST}:{dead}: connection refused")
    assert texts[2].endswith("MQTT 3.1.1: yes; MQTT 5: yes, 200 messages at once")
    assert texts[3] == f"{HOST}:{odd.port} takes the connection and does not answer"
    assert "not authorised" in texts[4]
    assert await said(replace(listed, others=())) == []
