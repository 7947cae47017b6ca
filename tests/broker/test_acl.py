"""What is printed for another broker, and what a real mosquitto makes of it."""

from collections.abc import Iterator

import aiomqtt
import pytest

from feed.broker.acl import KINDS, mosquitto_acl, printed
from feed.broker.roles import OBSERVER, OPERATOR, PLAYER, rights
from tests.brokers import COUNTRIES, ListedMosquitto

X = "exercise/v1/calm"
TOPICS = [
    f"{X}/{levels}"
    for levels in (
        *("feed/jpn/alert/a", "feed/kor/alert/a", "head/jpn", "head/kor", "state/jpn/none"),
        *("geo/jpn/a", "metrics/jpn", "clock", "manifest", "player/presence", "control"),
        *("up/jpn/ack/a", "up/kor/ack/a", "down/jpn/a", "down/kor/a"),
    )
]


@pytest.fixture(scope="module")
def listed() -> Iterator[ListedMosquitto]:
    """Give a mosquitto with the access list that is printed."""
    broker = ListedMosquitto(mosquitto_acl([country.upper() for country in COUNTRIES]))
    yield broker
    broker.close()


def matches(topic_filter: str, topic: str) -> bool:
    """Tell whether a topic is one of a filter."""
    return aiomqtt.Topic(topic).matches(topic_filter)


def reads(role: str) -> list[str]:
    """Return what a role may read, by the roles of the contract."""
    allowed = rights(COUNTRIES)[role]
    return [
        topic
        for topic in TOPICS
        if any(matches(name, topic) for name in allowed.read)
        and not any(matches(name, topic) for name in allowed.but_read)
    ]


@pytest.mark.parametrize("role", [OBSERVER, PLAYER, OPERATOR, "kor", "jpn"])
async def test_mosquitto_serves_what_the_role_may_read(listed: ListedMosquitto, role: str) -> None:
    """Each role hears what the roles of the contract give it, and nothing else."""
    last = "exercise/v1/calm/clock"
    heard: list[str] = []
    async with (
        aiomqtt.Client(**listed.login(role)) as client,
        aiomqtt.Client(**listed.login(PLAYER)) as player,
    ):
        await client.subscribe("#", qos=1)
        for topic in TOPICS:
            await player.publish(topic, topic.encode(), qos=1)
        await player.publish(last, b"last", qos=1)
        async for message in client.messages:
            if message.payload == b"last":
                break
            heard.append(message.topic.value)

    assert heard == reads(role)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_names_every_role(kind: str) -> None:
    """Whoever connects by a name is in the list; countries are in lower case, as they connect."""
    text = printed(kind, ["NOR", "SWE"])

    for user in (PLAYER, OPERATOR, "nor", "swe"):
        assert f"\nuser {user}\n" in text
    assert text.index("topic deny") < text.index("\nuser ")
