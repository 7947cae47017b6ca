"""Tests of ``feed.broker.ports``."""

import socket
from collections.abc import Iterator

import pytest

from feed.broker.ports import Address, free_ports, loopback, numeric, written
from feed.errors import BrokerError, UsageError

HOST = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    """Give a port that another program listens on."""
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_loopback_is_safe(host: str) -> None:
    """An address that only this machine reaches is taken as it is."""
    assert loopback(host) == host


def test_localhost_is_one_address() -> None:
    """``localhost`` is IPv4's, so that the server listens where clients look first."""
    assert loopback("localhost") == "127.0.0.1"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "example.org", ""])  # noqa: S104 - refused
def test_other_addresses_are_refused(host: str) -> None:
    """An address that others reach needs credentials, which the sentence says."""
    with pytest.raises(UsageError) as refused:
        loopback(host)

    assert str(refused.value) == (
        f"'{host}' may be reached by others, so everybody needs credentials there: "
        "'feed broker --secure DIR' makes them; or take --host 127.0.0.1"
    )


def test_any_port_is_a_free_one_each() -> None:
    """Asking for any port twice gives two ports that can be listened on."""
    ports = free_ports(HOST, {"--port": 0, "--websocket-port": 0})

    assert len(set(ports)) == 2
    for port in ports:
        with socket.socket() as server:
            server.bind((HOST, port))


def test_a_wanted_port_is_given() -> None:
    """A port that is free is the one that was asked for."""
    (port,) = free_ports(HOST, {"--port": 0})

    assert free_ports(HOST, {"--port": port}) == [port]


@pytest.mark.parametrize("option", ["--port", "--websocket-port"])
def test_a_port_in_use_is_one_sentence(taken: int, option: str) -> None:
    """The sentence has the address and the option that takes another port."""
    with pytest.raises(BrokerError) as refused:
        free_ports(HOST, {option: taken})

    assert str(refused.value) == (
        f"broker 127.0.0.1:{taken}: the port is in use; stop the program that uses it, "
        f"or take another with {option} (0: any free one)"
    )


def test_the_port_of_a_connection_that_was_closed_is_free() -> None:
    """A broker can come back at once, although the system remembers its connections."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((HOST, 0))
        server.listen()
        port = server.getsockname()[1]
        with socket.create_connection((HOST, port)) as client:
            accepted, _ = server.accept()
            accepted.close()  # Who closes first keeps the port in TIME_WAIT.
            assert client.recv(1) == b""

    assert free_ports(HOST, {"--port": port}) == [port]


def test_one_port_for_two_things_is_refused() -> None:
    """The same number for both ports is a mistake of the command line."""
    with pytest.raises(UsageError) as refused:
        free_ports(HOST, {"--port": 1883, "--websocket-port": 1883})

    assert str(refused.value) == (
        "--port and --websocket-port are both 1883; take two different ports"
    )


@pytest.mark.parametrize("port", [65536, -1])
def test_what_is_no_port_is_refused(port: int) -> None:
    """A number beyond the range is a mistake of the command line."""
    with pytest.raises(UsageError, match="is not a port; take one from 0 to 65535"):
        free_ports(HOST, {"--port": port})


def test_an_address_of_no_interface_is_one_sentence() -> None:
    """What the system says about an address it does not have is passed on."""
    with pytest.raises(BrokerError, match=r"cannot listen there \(.*\); take another with --port"):
        free_ports("192.0.2.1", {"--port": 0})


def test_an_address_is_written_as_in_a_url() -> None:
    """An IPv6 address stands in brackets."""
    assert written("127.0.0.1", 1883) == "127.0.0.1:1883"
    assert written("::1", 1883) == "[::1]:1883"


def test_an_address_is_two_urls() -> None:
    """Clients and browsers each get the URL they understand."""
    address = Address("127.0.0.1", 1883, 8083)

    assert address.url == "mqtt://127.0.0.1:1883"
    assert address.websocket_url == "ws://127.0.0.1:8083/mqtt"
    assert Address("::1", 1883, 8083).url == "mqtt://[::1]:1883"


@pytest.mark.parametrize(
    ("host", "here"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.7", "192.0.2.7"), ("::1", "::1")],  # noqa: S104 - as users write it
)
def test_a_secured_broker_listens_on_any_address(host: str, here: str) -> None:
    """And is asked by this machine where this machine reaches it."""
    address = Address(numeric(host), 1, 2, tls=True, name="broker.example")

    assert address.here == here
    assert address.url == "mqtts://broker.example:1"
    assert address.websocket_url == "wss://broker.example:2/mqtt"


def test_a_name_is_no_address_to_listen_on() -> None:
    """It may stand for several, of which the certificate would name none."""
    assert numeric("localhost") == "127.0.0.1"
    with pytest.raises(UsageError, match="name the broker with --name"):
        numeric("broker.example")
