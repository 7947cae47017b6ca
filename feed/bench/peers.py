"""What people would use instead: mosquitto's clients, and a plain script with aiomqtt."""

import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from feed.bench.figure import CLOCK
from feed.errors import IncompleteError
from feed.mqtt.address import parse_address

__all__ = [
    "PATIENCE_S", "PUB", "SUB", "aiomqtt_script", "mosquitto_pub", "mosquitto_sub", "there",
]  # fmt: skip

PUB, SUB = "mosquitto_pub", "mosquitto_sub"
PATIENCE_S = 300.0
_MOST = 60_000
"""``mosquitto_pub -l`` of 2.0.11 leaves before all is acknowledged above 65,535 lines"""
_SCRIPT = Path(__file__).with_name("aiomqtt_peer.py")


def there(program: str) -> bool:
    """Tell if a peer is installed."""
    return shutil.which(program) is not None


async def mosquitto_pub(url: str, topic: str, payload: bytes, count: int) -> float:
    """Return how many messages a second one ``mosquitto_pub -q 1 -l`` gets acknowledged."""
    assert count <= _MOST, "more lines than mosquitto_pub counts"
    address = parse_address(url)
    command = [
        PUB, "-h", address.host, "-p", str(address.port), "-u", str(address.user),
        "-P", str(address.password), "-q", "1", "-t", topic, "-l",
    ]  # fmt: skip
    return await _fed(command, (payload + b"\n") * count, count)


async def aiomqtt_script(url: str, topic: str, payload: bytes, count: int) -> float:
    """Return how many messages a second a plain aiomqtt script publishes, 50 in flight."""
    address = parse_address(url)
    command = [
        sys.executable, str(_SCRIPT), address.host, str(address.port), str(address.user),
        str(address.password), topic,
    ]  # fmt: skip
    return await _fed(command, (payload + b"\n") * count, count)


async def _fed(command: Sequence[str], lines: bytes, count: int) -> float:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    began = CLOCK.now()
    try:
        await asyncio.wait_for(process.communicate(lines), PATIENCE_S)
    finally:
        await ended(process)
    if process.returncode:
        raise IncompleteError(f"{command[0]} ended with {process.returncode}; nothing is measured")
    return count / (CLOCK.now() - began)


def mosquitto_sub(url: str, client_id: str, topic: str, count: int) -> list[str]:
    """Return the command of a subscriber that ends when it has so many messages."""
    address = parse_address(url)
    return [
        SUB, "-h", address.host, "-p", str(address.port), "-u", str(address.user),
        *(("-P", address.password) if address.password else ()),
        "-q", "1", "-c", "-i", client_id, "-C", str(count), "-t", topic,
    ]  # fmt: skip


async def ended(process: asyncio.subprocess.Process) -> None:
    """See to it that a process that was started has ended."""
    if process.returncode is None:
        process.kill()
        await process.wait()
