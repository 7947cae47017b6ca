"""Machines of a workshop: network namespaces on one bridge, each with its own home.

What runs on one of them reaches the others by their addresses only, and knows only the files that
it was handed.  Everything is gone with the context.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.commands import ROOT

__all__ = ["Line", "Machine", "Machines", "why_not"]

_NETWORK = "10.77.0"


def why_not(*, lines: bool = False) -> str:
    """Return why there can be no such machines, or no ``lines`` to spoil; empty if there can."""
    if shutil.which("ip") is None:
        return "a workshop needs network namespaces: install iproute2"
    if lines and shutil.which("nft") is None:
        return "a line that loses packets needs nft: install nftables"
    if os.geteuid() != 0:
        return "a workshop needs network namespaces, which only root can make"
    name = f"feed-try-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:
        return "a workshop needs network namespaces, which this system does not let us make"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return ""


class Line:
    """The line of one machine to all others; what is done to it is done by the kernel."""

    def __init__(self, machine: str, switch: str, port: str) -> None:
        self._machine = machine
        self._switch = switch
        self._port = port

    def cut(self) -> None:
        """Pull the plug: whatever is on its way is lost, and nobody is told."""
        _ip("-n", self._switch, "link", "set", self._port, "down")

    def mend(self) -> None:
        """Let it be a good line again, whatever was done to it."""
        _ip("-n", self._switch, "link", "set", self._port, "up")
        for command in (
            ("tc", "qdisc", "del", "dev", "eth0", "root"),
            ("nft", "delete", "table", "inet", "line"),
        ):
            _within(self._machine, *command, check=False)
        _within(self._switch, "tc", "qdisc", "del", "dev", self._port, "root", check=False)

    def slow(self, kbit: int) -> None:
        """Let so many kilobits pass in a second each way; what does not fit waits for 2 s."""
        how = ("root", "tbf", "rate", f"{kbit}kbit", "burst", "4kb", "latency", "2s")
        _within(self._machine, "tc", "qdisc", "replace", "dev", "eth0", *how)
        _within(self._switch, "tc", "qdisc", "replace", "dev", self._port, *how)

    def lossy(self, percent: int) -> None:
        """Lose so many of a hundred packets each way, at random."""
        _within(self._machine, "nft", "add", "table", "inet", "line")
        for way, name in (("input", "iifname"), ("output", "oifname")):
            hook = f"{{ type filter hook {way} priority 0; }}"
            rule = f"{name} eth0 numgen random mod 100 < {percent} drop"
            _within(self._machine, "nft", f"add chain inet line {way} {hook}")
            _within(self._machine, "nft", f"add rule inet line {way} {rule}")


class Machine:
    """One machine: a network namespace, a home, and what runs on it."""

    def __init__(self, name: str, namespace: str, address: str, home: Path, line: Line) -> None:
        self.name = name
        self.address = address
        self.home = home
        self.line = line
        self._namespace = namespace
        self._started: list[subprocess.Popen[bytes]] = []

    def command(self, arguments: Sequence[str]) -> list[str]:
        """Return a command as it runs on this machine."""
        return ["ip", "netns", "exec", self._namespace, *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """What a program on this machine sees of its user."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FEED_")}
        return {**kept, "FEED_HOME": str(self.home / "home"), "NO_COLOR": "1"}

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a program; what it says is in the file of its name."""
        with (self.home / name).open("wb") as said:
            process = subprocess.Popen(
                self.command(arguments),
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        self._started.append(process)
        return process

    def feed(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a verb of feed."""
        return self.start(name, sys.executable, "-m", "feed", *arguments)

    def said(self, name: str) -> str:
        """Return what a program has said so far."""
        return (self.home / name).read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """End what still runs."""
        for process in self._started:
            if process.poll() is None:
                process.terminate()
        for process in self._started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Machines:
    """The machines of one workshop.  Use it with ``with``."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._folder = folder
        self._names = names
        self._prefix = f"fw{os.getpid()}"
        self._made: list[str] = []
        self.machines: dict[str, Machine] = {}

    def __enter__(self) -> Self:
        """Make the machines and the network between them."""
        try:
            switch = self._namespace("switch")
            _ip("-n", switch, "link", "add", "br0", "type", "bridge")
            _ip("-n", switch, "link", "set", "br0", "up")
            for number, name in enumerate(self._names, 1):
                self._plug_in(switch, name, number)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take everything away."""
        self.close()

    def close(self) -> None:
        """End what runs on the machines, and remove them."""
        # The broker last: the others are to leave by themselves.
        for machine in reversed(self.machines.values()):
            machine.close()
        for namespace in self._made:
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)

    def _plug_in(self, switch: str, name: str, number: int) -> None:
        namespace, port = self._namespace(name), f"p{number}"
        _ip("-n", switch, "link", "add", port, "type", "veth", "peer", "name", "eth0")
        _ip("-n", switch, "link", "set", "eth0", "netns", namespace)
        _ip("-n", switch, "link", "set", port, "master", "br0", "up")
        address = f"{_NETWORK}.{number}"
        _ip("-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
        for link in ("eth0", "lo"):
            _ip("-n", namespace, "link", "set", link, "up")
        home = self._folder / name
        home.mkdir(mode=0o700)
        self.machines[name] = Machine(name, namespace, address, home, Line(namespace, switch, port))

    def _namespace(self, name: str) -> str:
        namespace = f"{self._prefix}-{name}"
        _ip("netns", "add", namespace)
        self._made.append(namespace)
        return namespace


def _within(namespace: str, *command: str, check: bool = True) -> None:
    """Run a command in a network namespace."""
    _ip("netns", "exec", namespace, *command, check=check)


def _ip(*arguments: str, check: bool = True) -> None:
    subprocess.run(["ip", *arguments], check=check, capture_output=True)
