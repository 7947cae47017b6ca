"""Properties of MQTT 5, held against what gmqtt writes and reads."""

from typing import Any

import gmqtt
import pytest
from gmqtt.mqtt.constants import MQTTv50, MQTTv311
from gmqtt.mqtt.package import PackageFactory, PublishPacket
from gmqtt.mqtt.property import Property
from gmqtt.mqtt.utils import IdGenerator, unpack_variable_byte_integer
from hypothesis import given
from hypothesis import strategies as st

from feed.mqtt.properties import Properties, named, packed, rewritten

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
SOME = st.builds(
    Properties,
    user=st.lists(st.tuples(WORDS, WORDS), max_size=4).map(tuple),
    content_type=WORDS,
    expiry_s=st.none() | st.integers(1, 2**32 - 1),
    response_topic=WORDS,
    correlation=WORDS,
)


class Protocol:
    """What gmqtt asks of a connection to write a PUBLISH."""

    def __init__(self, version: int) -> None:
        self.proto_ver = version
        self.id_generator = IdGenerator()


def read(data: bytes) -> dict[str, Any]:
    """Return properties as gmqtt reads them."""
    length, rest = unpack_variable_byte_integer(data)
    assert len(rest) == length
    found: dict[str, Any] = {}
    while rest:
        value, rest = Property.factory(id_=rest[0]).loads(rest[1:])
        for name, each in value.items():
            found[name] = [*found.get(name, []), each] if name == "user_property" else each
    return found


@given(SOME)
def test_they_are_written_as_others_read_them(properties: Properties) -> None:
    """Both ways of giving them to a broker are the same."""
    assert read(packed(properties)) == named(properties)
    by_gmqtt = PackageFactory._build_properties_data(named(properties), MQTTv50)
    assert read(bytes(by_gmqtt)) == named(properties)


@pytest.mark.parametrize(("asked", "told"), [(-5, 1), (0, 1), (2**40, 2**32 - 1)])
def test_an_expiry_has_a_least_and_a_most(asked: int, told: int) -> None:
    """None that has come already, which a broker could take for none at all."""
    assert named(Properties(expiry_s=asked))["message_expiry_interval"] == told
    assert read(packed(Properties(expiry_s=asked)))["message_expiry_interval"] == told


@given(SOME, WORDS.filter(bool), st.binary(max_size=400))
def test_a_message_of_one_version_can_be_written_as_the_other(
    properties: Properties, topic: str, payload: bytes
) -> None:
    """Only the properties are lost."""
    five, before, bare = (
        PublishPacket.build_package(gmqtt.Message(topic, payload, qos=1, **more), Protocol(v))[1]
        for v, more in ((MQTTv50, named(properties)), (MQTTv311, {}), (MQTTv50, {}))
    )
    assert rewritten(bytes(five), five=False) == before
    assert rewritten(bytes(before), five=True) == bare
