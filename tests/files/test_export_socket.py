"""An export that goes to a program: on this machine, and said when nobody takes it."""

import socket
import threading

import pytest

from feed.errors import FilesError, UsageError
from feed.export.record import Part
from feed.files.export_socket import SocketAddress, socket_address, socket_target
from tests.brokers import HOST, free_port

PATIENCE_S = 20


def test_a_stream_gets_every_byte() -> None:
    """In order, and then the end."""
    got: list[bytes] = []
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]

        def take() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as stream:
                got.append(stream.read())

        taker = threading.Thread(target=take)
        taker.start()
        with socket_target(SocketAddress("tcp", HOST, port)) as put:
            put(Part("", b"one\n"))
            put(Part("", b"two\n"))
        taker.join(PATIENCE_S)
    assert got == [b"one\ntwo\n"]


def test_each_part_is_a_datagram() -> None:
    """As the mesh of TAK clients expects it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taker:
        taker.settimeout(PATIENCE_S)
        taker.bind((HOST, 0))
        with socket_target(SocketAddress("udp", HOST, taker.getsockname()[1])) as put:
            put(Part("", b"one"))
            put(Part("", b"two"))
        assert [taker.recv(100), taker.recv(100)] == [b"one", b"two"]


def test_nobody_there_is_said() -> None:
    """With the address, and what to do."""
    address = SocketAddress("tcp", HOST, free_port())
    with (
        pytest.raises(FilesError, match=r"^tcp://127\.0\.0\.1:\d+: .* start the program"),
        socket_target(address),
    ):
        pass


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("tcp://", "write it as tcp://127.0.0.1:8087"),
        ("tcp://127.0.0.1", "write it as"),
        ("udp://127.0.0.1:0", "write it as"),
        ("tcp://127.0.0.1:99999", "write it as"),
        ("tcp://127.0.0.1:8087/cot", "write it as"),
        ("tcp://[::1:8087", "write it as"),
        ("tcp://192.0.2.7:8087", "is another machine"),
        ("udp://tak.example:4242", "is another machine"),
    ],
)
def test_what_is_no_program_here_is_refused(out: str, why: str) -> None:
    """Nothing of an exercise is sent to where it could be taken for real."""
    with pytest.raises(UsageError, match=why):
        socket_address(out)


def test_a_file_is_no_address() -> None:
    """Whatever else it is called."""
    assert socket_address("tcp.cot") is None
    assert socket_address("udp://[::1]:4242") == SocketAddress("udp", "::1", 4242)
    assert SocketAddress("udp", "::1", 4242).shown == "udp://[::1]:4242"
