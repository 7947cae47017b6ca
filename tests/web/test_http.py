"""HTTP, as much of it as is needed."""

from http import HTTPStatus

import pytest

from feed.web.http import Request, parse, response

HEAD = b"GET /a.js?x=1 HTTP/1.1\r\nHost: 127.0.0.1:8084\r\nAccept-Encoding: gzip, br\r\n\r\n"


def test_a_request_has_a_path_and_headers() -> None:
    """What stands behind the question mark is the page's own affair."""
    request = parse(HEAD)

    assert request is not None
    assert (request.method, request.path) == ("GET", "/a.js")
    assert request.headers["host"] == "127.0.0.1:8084"
    assert request.accepts("br")
    assert not request.accepts("zstd")
    assert not request.is_upgrade
    assert Request("GET", "/mqtt", {"upgrade": "WebSocket"}).is_upgrade
    assert not Request("POST", "/mqtt", {"upgrade": "websocket"}).is_upgrade


@pytest.mark.parametrize(
    "head",
    [
        b"\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / SMTP\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\rHost: evil.example\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    ],
)
def test_what_can_be_read_in_two_ways_is_no_request(head: bytes) -> None:
    """Nothing is guessed."""
    assert parse(head) is None


def test_an_answer_says_how_long_it_is() -> None:
    """One answer a connection."""
    assert response(HTTPStatus.NOT_FOUND, b"no", {"Content-Type": "text/plain"}) == (
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n"
        b"Content-Type: text/plain\r\n\r\nno"
    )
