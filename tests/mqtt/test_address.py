"""Tests of ``feed.mqtt.address``: what users write, and what is never printed."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import UsageError
from feed.mqtt.address import BrokerAddress, parse_address, with_credentials

WORDS = "p/:"
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=0xD7FF), min_size=6)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("localhost", BrokerAddress("localhost", 1883)),
        ("localhost:2883", BrokerAddress("localhost", 2883)),
        ("mqtt://broker.example", BrokerAddress("broker.example", 1883)),
        ("mqtt://broker.example/", BrokerAddress("broker.example", 1883)),
        ("mqtts://broker.example", BrokerAddress("broker.example", 8883, tls=True)),
        ("mqtts://broker.example:1", BrokerAddress("broker.example", 1, tls=True)),
        ("MQTT://Broker.Example", BrokerAddress("broker.example", 1883)),
        ("[::1]:2883", BrokerAddress("::1", 2883)),
        ("mqtt://[::1]", BrokerAddress("::1", 1883)),
        ("mqtt://kor@h", BrokerAddress("h", 1883, user="kor")),
        (
            "mqtts://a:1,b,mqtt://c",
            BrokerAddress(
                "a",
                1,
                tls=True,
                others=(BrokerAddress("b", 8883, tls=True), BrokerAddress("c", 1883)),
            ),
        ),
        (
            "kor:p%2Cq@a,[::1]:2,jpn@c",
            BrokerAddress(
                "a",
                1883,
                user="kor",
                password="p,q",  # noqa: S106 - with a comma
                others=(
                    BrokerAddress("::1", 2, user="kor", password="p,q"),  # noqa: S106 - as above
                    BrokerAddress("c", 1883, user="jpn"),
                ),
            ),
        ),
        ("kor:p%2F:@h:1", BrokerAddress("h", 1, user="kor", password=WORDS)),
        ("mqtt://k%40r:p%2F%3A@h", BrokerAddress("h", 1883, user="k@r", password=WORDS)),
    ],
)
def test_an_address_is_taken_apart(url: str, address: BrokerAddress) -> None:
    """Host, port, encryption, user and password are where users put them."""
    assert parse_address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mqtt://",
        "mqtt://:1883",
        "::1",
        "[::1",
        "h:0",
        "h:65536",
        "h:port",
        "h:-1",
        "a b",
        "h/path",
        "h?query",
        "h#fragment",
        "http://h",
        "://h",
        f"mqtt://{'h' * 64}",
        "a..b",
        "a,",
        ",a",
        "a,,b",
        "a,b:port",
        "a,http://b",
    ],
)
def test_what_is_no_address_is_refused_with_the_form_of_one(url: str) -> None:
    """Whatever is wrong with an address, the answer is a sentence that shows a right one."""
    with pytest.raises(UsageError, match="write mqtt://user:password@host:port") as refusal:
        parse_address(url)

    assert not str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


@given(SECRETS)
def test_a_quoted_password_arrives_unchanged_and_is_never_shown(secret: str) -> None:
    """Any password can be given, and no form of the address prints it."""
    address = parse_address(f"mqtt://player:{quote(secret, safe='')}@127.0.0.1:2883")

    assert address.password == secret
    assert address.shown == "127.0.0.1:2883"
    assert repr(address) == str(address) == "BrokerAddress(127.0.0.1:2883)"


@given(st.text(min_size=6, alphabet=st.characters(min_codepoint=33, max_codepoint=126)))
def test_a_password_is_not_shown_even_if_it_breaks_the_address(secret: str) -> None:
    """A password with letters that belong to addresses may be refused; it is not printed."""
    with pytest.raises(UsageError) as refusal:
        parse_address(f"mqtt://player:{secret}@host.example:port")

    assert secret not in str(refusal.value).replace("%40 for @ in a password", "")
    assert "player" not in str(refusal.value)


def test_an_ipv6_address_is_shown_in_brackets() -> None:
    """A port can be told from the digits of a host."""
    assert BrokerAddress("::1", 1883).shown == "[::1]:1883"


def test_an_address_can_say_where_its_credentials_are() -> None:
    """They come with an encrypted connection, whatever the folder is called."""
    folder = Path("/home/a folder/ü?&=#")
    url = with_credentials("mqtts://broker.example:8884", folder)

    found = parse_address(url)
    assert (found.host, found.port, found.tls) == ("broker.example", 8884, True)
    assert found.credentials == folder
    assert parse_address(with_credentials("broker.example", folder)).tls
    assert "folder" not in repr(found)
    several = parse_address(with_credentials("a,mqtts://b", folder))
    assert [(one.host, one.credentials) for one in several.each] == [("a", folder), ("b", folder)]


@pytest.mark.parametrize(
    "query", ["?a=1", "?credentials", "?credentials=a&credentials=b", "?credentials=a&b=c"]
)
def test_nothing_else_can_stand_behind_an_address(query: str) -> None:
    """It is no place for options."""
    with pytest.raises(UsageError, match="is not a broker's address"):
        parse_address(f"mqtts://host{query}")


def test_credentials_are_not_sent_in_the_clear() -> None:
    """Who listens on the line would have them."""
    with pytest.raises(UsageError, match="over an encrypted connection only"):
        parse_address("mqtt://host?credentials=a")


def test_several_addresses_are_shown_together_and_none_is_named_twice() -> None:
    """What is said of a broker names each address that was tried, and no password."""
    address = parse_address("jpn:secret-of-a@a,b:2")

    assert address.shown == "a:1883, b:2"
    assert "secret-of-a" not in repr(address)
    with pytest.raises(UsageError, match="names a broker twice"):
        parse_address("jpn:secret-of-a@a,a:1883")
