"""One connection of aiomqtt, with its loose ends tied.

aiomqtt connects in a thread that cannot be stopped, waits for the answer of a broker that has hung
up, leaves the socket of an attempt that failed or was cancelled open, and asks to write to sockets
that are closed by then.  Whoever uses ``connection`` need not know: it stands, or nothing is left.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar, cast

import aiomqtt

__all__ = ["connection", "unless_lost"]

_FAREWELL_S = 2.0

Result = TypeVar("Result")

# ruff: noqa: SLF001 - what is wrong in aiomqtt has no public names


@contextlib.asynccontextmanager
async def connection(client: aiomqtt.Client) -> AsyncIterator[aiomqtt.Client]:
    """Connect while it is used, and leave nothing behind, whatever goes wrong."""

    def closed(*details: Any) -> None:
        client._on_socket_close(*details)
        _give_up(client, "closed before it was answered")

    client._client.on_socket_close = closed
    _write_with_care(client)
    entering = asyncio.ensure_future(client.__aenter__())
    # Who is cancelled once more while it waits for this does not ask how it ended.
    entering.add_done_callback(_known)
    try:
        await asyncio.shield(entering)
        yield client
    finally:
        client.timeout = _FAREWELL_S
        try:
            _give_up(client, "nobody waits for it any longer")
            await asyncio.wait({entering})
            if not entering.cancelled() and entering.exception() is None:
                with contextlib.suppress(aiomqtt.MqttError):
                    await client.__aexit__(None, None, None)
        finally:
            client._client._sock_close()
            for future in (client._connected, client._disconnected):
                if future.done():
                    _known(future)


async def unless_lost(client: aiomqtt.Client, call: Coroutine[Any, Any, Result]) -> Result:
    """Return what a call returns; MqttError at once if the connection is lost meanwhile."""
    lost: Any = client._disconnected
    task: Any = asyncio.create_task(call)
    # A call that is cancelled can still end with an error of its own, which then is nobody's.
    task.add_done_callback(_known)
    try:
        await asyncio.wait({task, lost}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return cast("Result", task.result())
    finally:
        task.cancel()
    raise aiomqtt.MqttError("the connection was lost")


def _known(future: "asyncio.Future[Any]") -> None:
    """Take note of how something ended, so that asyncio does not call it forgotten."""
    if not future.cancelled():
        future.exception()


def _give_up(client: aiomqtt.Client, why: str) -> None:
    """End the waiting for an answer, if anybody waits."""
    if not client._connected.done():
        client._connected.set_exception(aiomqtt.MqttError(why))


def _write_with_care(client: aiomqtt.Client) -> None:
    """Let paho write when its socket is ready, if that is still open when the loop hears of it."""
    loop, paho = asyncio.get_running_loop(), client._client

    def write() -> None:
        try:
            paho.loop_write()
        except Exception as error:  # noqa: BLE001 - as aiomqtt does
            if not client._disconnected.done():
                client._disconnected.set_exception(error)

    def begin(sock: Any) -> None:
        still: Any = paho.socket()
        if still is sock:
            loop.add_writer(still.fileno(), write)

    def wanted(_client: Any, _userdata: Any, sock: Any) -> None:
        # Also called in the thread that connects.
        loop.call_soon_threadsafe(begin, sock)

    paho.on_socket_register_write = wanted
