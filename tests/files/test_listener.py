"""Who listens on a port."""

import os
import socket
import subprocess
import sys

import pytest

from feed.files import listener
from feed.files.listener import listens

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the tables are those of Linux")
_NOBODY = 2**22 + 1
"""No process has such a number."""
CHILD = """
import socket, sys
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1"])
def test_a_process_is_known_by_its_socket(host: str) -> None:
    """By the very address: another one of the same machine is another listener."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        port = server.getsockname()[1]

        assert listens(os.getpid(), host, port) is True
        assert listens(_NOBODY, host, port) is False
        assert listens(os.getpid(), "127.0.0.200", port) is False
    assert listens(os.getpid(), host, port) is False


def test_the_child_of_a_process_listens_for_it() -> None:
    """A broker is the child of the program that started it."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        port = int(child.stdout.readline())

        assert listens(os.getpid(), "127.0.0.1", port) is True
        assert listens(child.pid, "127.0.0.1", port) is True
        child.communicate("")


def test_where_the_system_does_not_tell_nobody_knows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """Without its tables, or with a name in place of an address."""
    assert listens(os.getpid(), "no-address", 1) is None
    monkeypatch.setattr(listener, "_PROC", tmp_path)
    assert listens(os.getpid(), "127.0.0.1", 1) is None
