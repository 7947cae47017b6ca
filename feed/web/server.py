"""The page's server: a few files on a loopback address, and the way on to the broker."""

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

from feed.errors import BrokerError
from feed.web.http import LONGEST_HEAD, Request, parse, response
from feed.web.page import PageFile
from feed.web.relay import Target, relay

__all__ = ["MQTT", "serving"]

MQTT = "/mqtt"
"""where the page finds the broker"""
_BROKER = "/broker.json"
_PATIENCE_S = 10.0
_TAKEN_S = 60.0
"""within which an answer has to be taken"""
_MOST = 200
"""connections at once: the run or the broker beside the page needs open files, too"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self' ws://{host}; worker-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@asynccontextmanager
async def serving(
    page: Mapping[str, PageFile], target: Callable[[], Target], *, host: str, port: int
) -> AsyncIterator[str]:
    """Serve the page while the context lasts; yields its address.

    ``target`` is asked for every connection: a broker may come back on another port.
    """
    server = _PageServer(page, target)
    try:
        listening = await asyncio.start_server(server.answer, host, port, limit=LONGEST_HEAD)
    except (OSError, OverflowError) as error:
        raise BrokerError(
            f"{host}:{port}",
            "the dashboard cannot listen there; take another with --port (0: any free one)",
        ) from error
    bound = listening.sockets[0].getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    server.hosts = frozenset({f"{shown}:{bound}", f"localhost:{bound}"})
    try:
        yield f"http://{shown}:{bound}/"
    finally:
        listening.close()
        await server.close()


class _PageServer:
    """Answers requests of the pages it served."""

    def __init__(self, page: Mapping[str, PageFile], target: Callable[[], Target]) -> None:
        self.hosts: frozenset[str] = frozenset()
        self._page = page
        self._target = target
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End what is still being served."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        task = asyncio.current_task()
        assert task is not None
        if len(self._tasks) >= _MOST:
            writer.transport.abort()
            return
        self._tasks.add(task)
        try:
            with contextlib.suppress(OSError):
                await self._answer(reader, writer)
        except asyncio.CancelledError:
            # The server ends; asyncio would log the end of its own callback as an error.
            pass
        finally:
            writer.close()
            try:
                async with asyncio.timeout(_TAKEN_S):
                    await writer.wait_closed()
            except (OSError, asyncio.CancelledError):
                writer.transport.abort()
            self._tasks.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return
        except asyncio.LimitOverrunError:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            writer.write(_plain(status, "this is more than any page of feed asks"))
            return
        request = parse(head)
        if request is not None and request.is_upgrade and self._may_pass(request):
            try:
                await relay(request, self._target(), reader, writer)
            except OSError:
                writer.write(_plain(HTTPStatus.BAD_GATEWAY, "the broker does not answer"))
        else:
            writer.write(self._reply(request))

    def _may_pass(self, request: Request) -> bool:
        """Tell whether it is a page of this server that wants to speak to the broker."""
        here = request.headers.get("host", "")
        origin = request.headers.get("origin", "")
        return request.path == MQTT and here in self.hosts and origin == f"http://{here}"

    def _reply(self, request: Request | None) -> bytes:
        if request is None:
            return _plain(HTTPStatus.BAD_REQUEST, "this is no HTTP request")
        host = request.headers.get("host", "")
        if host not in self.hosts:
            # A name that somebody else points at this machine is not how we are reached.
            return _plain(HTTPStatus.FORBIDDEN, "open the address that feed printed")
        if request.is_upgrade:
            return _plain(HTTPStatus.FORBIDDEN, "only the page itself may connect")
        if request.method not in {"GET", "HEAD"}:
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED, "the page can only be read")
        file = self._file(request.path)
        if file is None:
            return _plain(HTTPStatus.NOT_FOUND, "there is no such file")
        return self._answer_with(file, request, host)

    def _file(self, path: str) -> PageFile | None:
        if path == _BROKER:
            return PageFile("application/json", json.dumps({"broker": MQTT}).encode())
        return self._page.get(path)

    @staticmethod
    def _answer_with(file: PageFile, request: Request, host: str) -> bytes:
        coded = file.brotli is not None and request.accepts("br")
        body = file.brotli if coded and file.brotli is not None else file.plain
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if tag in request.headers.get("if-none-match", ""):
            # Whoever polls has it already.
            return response(HTTPStatus.NOT_MODIFIED, b"", {"ETag": tag})
        headers = {
            "ETag": tag,
            "Content-Type": file.type,
            "Cache-Control": "max-age=31536000, immutable" if file.lasting else "no-cache",
            "Content-Security-Policy": _POLICY.format(host=host),
            **({"Content-Encoding": "br"} if coded else {}),
            "Vary": "Accept-Encoding",
        }
        whole = response(HTTPStatus.OK, body, headers | _SAFE)
        return whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if request.method == "HEAD" else whole


_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Whoever opened the page in a window of its own holds no handle to it.
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _plain(status: HTTPStatus, text: str) -> bytes:
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    return response(status, f"{text}\n".encode(), headers | _SAFE)
