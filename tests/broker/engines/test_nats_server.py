"""Tests of ``feed.broker.engines.nats_server``: the text, and what a server makes of it."""

import base64
import json
import re
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.app import quota
from feed.broker.engines.engine import (
    ACK_WAIT_S,
    MAX_ACK_PENDING,
    SLOWEST_HANDLER_S,
    Secured,
    Settings,
    origins,
)
from feed.broker.engines.nats_server import config, last_words, subjects
from feed.broker.roles import PLAYER, READY
from feed.model.message import LARGEST
from tests.brokers import COUNTRIES, EmbeddedLike

SETTINGS = Settings(
    host="127.0.0.1",
    port=1883,
    websocket_port=8083,
    folder=Path("/somewhere"),
    countries=("nor", "swe"),
    passwords={"player": "p", "operator": "o"},
)

OWN_PROTOCOL = pytest.mark.nats_server("it alone has a protocol of its own beside MQTT")
ORIGINS = pytest.mark.nats_server("it alone refuses web pages of other origins")
REFUSES = pytest.mark.nats_server("mosquitto refuses no subscription")

levels = st.sampled_from(["a", "kor", "+"])


def read(settings: Settings = SETTINGS) -> Any:
    """Return a configuration as data."""
    return json.loads(config(settings))


def users(settings: Settings = SETTINGS) -> dict[str, Any]:
    """Return the users of a configuration by name."""
    return {user["user"]: user for user in read(settings)["authorization"]["users"]}


def test_the_same_settings_give_the_same_text() -> None:
    """The configuration is a function of the settings, byte for byte."""
    assert config(SETTINGS) == config(replace(SETTINGS))


def test_what_was_measured_is_configured() -> None:
    """The last message of a full window is acknowledged in time by the slowest client."""
    assert read()["mqtt"]["ack_wait"] == "210s"
    assert read()["mqtt"]["max_ack_pending"] == 40
    assert SLOWEST_HANDLER_S * MAX_ACK_PENDING < ACK_WAIT_S


def test_every_user_is_kept_to_mqtt() -> None:
    """No user may connect by the server's own protocol."""
    assert all(user["allowed_connection_types"] == ["MQTT", "MQTT_WS"] for user in users().values())


def test_every_user_has_rights_in_both_directions() -> None:
    """No list of rights is empty or absent, because that would allow everything."""
    for user in users().values():
        for direction in ("publish", "subscribe"):
            permission = user["permissions"][direction]
            assert permission.get("allow") or permission["deny"] == [">"]


def test_nothing_is_taken_from_who_is_silent() -> None:
    """It reads what it read before, nobody else's rights change; a few topics may be left to it."""
    before, after = users(), users(replace(SETTINGS, silent={"nor": ()}))
    silent = after.pop("nor")["permissions"]
    heard = users(replace(SETTINGS, silent={"nor": ("a/+/c",)}))["nor"]["permissions"]

    assert silent["publish"] == {"deny": [">"]}
    assert heard["publish"] == {"allow": ["a.*.c"]}
    assert silent["subscribe"] == before.pop("nor")["permissions"]["subscribe"]
    assert after == before


def test_the_supervisor_may_ask_so_much_and_is_no_user_of_the_exercise() -> None:
    """It is of another account, on the server's own port; without a password there is none."""
    text = read(replace(SETTINGS, supervisor="secret"))
    (supervisor,) = text["accounts"]["$SYS"]["users"]
    asked = ("CONNZ", "KICK", "ROUTEZ", "HEALTHZ", "JSZ")

    assert supervisor["allowed_connection_types"] == ["STANDARD"]
    assert supervisor["permissions"] == {
        "publish": {"allow": [f"$SYS.REQ.SERVER.*.{what}" for what in asked]},
        "subscribe": {"allow": ["_INBOX.feed.*"]},
    }
    assert text["authorization"] == read()["authorization"]
    assert not {"accounts", "ports_file_dir"} & set(read())
    assert "secret" not in repr(replace(SETTINGS, supervisor="secret"))


def test_no_right_names_the_server_s_own_subjects() -> None:
    """``$MQTT`` is granted to nobody: it shows one country another's messages."""
    assert "$" not in config(SETTINGS)


def test_what_a_stranger_sends_is_limited() -> None:
    """In size, on disk, and in what the log says about it."""
    text = read()

    assert text["max_payload"] >= 2 * LARGEST
    assert text["jetstream"]["max_file_store"] == 2**29
    # What the participants may leave can be read by one who subscribes to all of it.
    assert text["max_pending"] > len(COUNTRIES) * quota._AT_ONCE
    assert text["logfile_size_limit"] * text["logfile_max_num"] <= 2**24


def test_passwords_are_not_shown() -> None:
    """Settings can be printed without telling a password."""
    assert "passwords" not in repr(SETTINGS)


def test_origins_are_always_restricted() -> None:
    """Without any allowed origin the list holds the broker's own, and it is never empty."""
    own = ["http://127.0.0.1:8083", "http://localhost:8083", "http://[::1]:8083"]
    other = origins(replace(SETTINGS, host="127.0.0.9"))

    assert read()["websocket"]["allowed_origins"] == own
    assert other == ["http://127.0.0.9:8083", *own]


def test_allowed_origins_are_added() -> None:
    """A web page that is named may connect too."""
    settings = replace(SETTINGS, allowed_origins=("http://127.0.0.1:8000",))

    assert "http://127.0.0.1:8000" in read(settings)["websocket"]["allowed_origins"]


def test_the_pid_file_is_in_the_folder() -> None:
    """The server writes its process id where the watchdog looks for it."""
    assert read()["pid_file"] == str(SETTINGS.folder / "nats.pid")


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("", ""),
        ("[1] 2026/11/24 20:26:45.15 [INF] Starting\n", "Starting"),
        ("[1] 2026 [FTL] no space left\n[1] 2026 [INF] Bye\n", "no space left"),
        ("[1] 2026 [FTL] first\n[1] 2026 [FTL] second\n", "second"),
        ("[1] 2026 [ERR] a client's mistake\n[1] 2026 [INF] Bye\n", "Bye"),
        ("panic: out of memory\n\ngoroutine 1:\nmain.main()\n", "panic: out of memory"),
    ],
)
def test_last_words_are_why_the_server_ended(log: str, words: str) -> None:
    """What is repeated of a log is what ended the server, without time and process."""
    assert last_words(log.splitlines()) == words


@pytest.mark.parametrize(
    ("topic_filter", "expected"),
    [
        ("a/b", ["a.b"]),
        ("a/+/c", ["a.*.c"]),
        ("a/b/#", ["a.b", "a.b.>"]),
        ("a/#", ["a", "a.>"]),
    ],
)
def test_a_filter_becomes_subjects(topic_filter: str, expected: list[str]) -> None:
    """Levels become dots, and what ends with ``#`` matches its parent too."""
    assert subjects(topic_filter) == expected


@given(path=st.lists(levels, min_size=1, max_size=5), all_below=st.booleans())
def test_no_subject_is_the_server_s_alone(path: list[str], all_below: bool) -> None:
    """A filter never becomes a bare ``>``, and no MQTT character is left in it."""
    filter_ = "/".join([*path, *(["#"] if all_below else [])])

    for subject in subjects(filter_):
        assert subject != ">"
        assert not set("/+#").intersection(subject)


def test_a_password_and_a_folder_may_hold_any_character() -> None:
    """Quotes, backslashes and other alphabets are read as they were written."""
    folder = Path('/tmp/"quoted" \\ 平壌')  # noqa: S108 - it is never opened
    strange = '"\\'
    settings = replace(SETTINGS, folder=folder, passwords={"player": strange})

    assert read(settings)["jetstream"]["store_dir"] == str(folder)
    assert users(settings)["player"]["password"] == strange


def upgrade(port: int, path: str, *headers: str) -> socket.socket:
    """Ask for a WebSocket and return the connection."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}",
        *headers,
    ]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return connection


def answered(port: int, path: str, *headers: str) -> str:
    """Return the first line of the answer to such a request."""
    with closing(upgrade(port, path, *headers)) as connection:
        return connection.makefile("r", encoding="latin-1").readline().strip()


@ORIGINS
@pytest.mark.parametrize("path", ["/mqtt", "/"])
@pytest.mark.parametrize(
    "origin_header",
    [
        "http://evil.example",
        "https://127.0.0.1:{}",
        "http://127.0.0.1",
        "http://127.0.0.1.evil.example:{}",
        "http://localhost",
        "http://localhost.evil.example:{}",
        "null",
    ],
)
def test_a_foreign_web_page_is_refused(nats: EmbeddedLike, path: str, origin_header: str) -> None:
    """A page of another origin cannot drive the broker through the browser of who visits it."""
    header = "Origin: " + origin_header.format(nats.websocket_port)

    assert " 403 " in answered(nats.websocket_port, path, header)


@ORIGINS
def test_pages_of_the_broker_s_own_origin_are_let_in(nats: EmbeddedLike) -> None:
    """A page from the broker's address, and a client that is no browser, may connect."""
    protocol = "Sec-WebSocket-Protocol: mqtt"

    for own in origins(nats.settings):
        assert " 101 " in answered(nats.websocket_port, "/mqtt", protocol, f"Origin: {own}")
    assert " 101 " in answered(nats.websocket_port, "/mqtt", protocol)


@REFUSES
@pytest.mark.parametrize("role", [None, PLAYER, *COUNTRIES])
async def test_the_roles_hold_on_websocket(
    nats: EmbeddedLike, exercise: str, role: str | None
) -> None:
    """MQTT over WebSocket knows the same users, and the same observer without a name."""
    async with aiomqtt.Client(
        nats.host,
        nats.websocket_port,
        username=role,
        password=nats.passwords.get(role or ""),
        transport="websockets",
        websocket_path="/mqtt",
    ) as client:
        codes = await client.subscribe(
            [(f"exercise/v1/{exercise}/{topic}", 1) for topic in ("clock", "feed/kor/#", "control")]
        )

    allowed = {None: (True, True, False), PLAYER: (True,) * 3, "kor": (True, True, False)}
    granted = tuple(not code.is_failure for code in codes)  # type: ignore[union-attr]
    assert granted == allowed.get(role, (True, False, False))


def nats_port(broker: EmbeddedLike) -> int:
    """Return the port of the server's own protocol, which only its log tells."""
    output = broker.said()
    return int(re.findall(r"client connections on 127\.0\.0\.1:(\d+)", output)[-1])


ATTACKS = [
    {},
    {"user": "kor", "pass": ""},
    {"user": "kor"},
    {"user": "observer", "pass": ""},
    {"user": "player", "pass": "password-of-player"},
]


@OWN_PROTOCOL
@pytest.mark.parametrize("login", ATTACKS)
def test_nobody_gets_in_by_the_server_s_own_port(nats: EmbeddedLike, login: dict[str, str]) -> None:
    """Neither a country's name nor the player's password opens the server's own protocol."""
    with (
        socket.create_connection((nats.host, nats_port(nats)), timeout=10) as connection,
        connection.makefile("rb") as answers,
    ):
        assert answers.readline().startswith(b"INFO ")
        connection.sendall(
            b"CONNECT " + json.dumps(login).encode() + b"\r\nSUB $MQTT.> 1\r\nPING\r\n"
        )
        answer = answers.read()

    assert b"Authorization Violation" in answer
    assert b"PONG" not in answer


@OWN_PROTOCOL
@pytest.mark.parametrize("login", ATTACKS)
def test_nobody_gets_in_by_the_root_of_the_websocket(
    nats: EmbeddedLike, login: dict[str, str]
) -> None:
    """The server's own protocol over WebSocket is as closed as its port."""
    text = b"CONNECT " + json.dumps(login).encode() + b"\r\nPING\r\n"
    frame = bytes((0x82, 0x80 | len(text))) + bytes(4) + text  # Masked with zeros.
    assert len(text) < 126
    with (
        closing(upgrade(nats.websocket_port, "/")) as connection,
        connection.makefile("rb") as answers,
    ):
        assert b" 101 " in answers.readline()
        while answers.readline().strip():
            pass  # The server closes on who speaks before it has accepted.
        connection.sendall(frame)
        answer = answers.read()

    assert b"INFO " in answer
    assert b"Authorization Violation" in answer
    assert b"PONG" not in answer


def test_a_secured_server_lets_in_hashes_over_tls_only() -> None:
    """No anonymous user, no connection in the clear, and of its own user no right at all."""
    hashes = {PLAYER: "$2a$04$p", SETTINGS.countries[0]: "$2a$04$c"}
    secured = Secured(
        Path("c"), Path("k"), Path("ca"), {"nats-server": hashes}, ("broker.example",)
    )
    text = json.loads(
        config(replace(SETTINGS, secured=secured, passwords={READY: "for-this-start"}))
    )

    assert "no_auth_user" not in text["mqtt"]
    assert "no_tls" not in text["websocket"]
    for part in ("mqtt", "websocket"):
        assert text[part]["tls"] == {"cert_file": "c", "key_file": "k", "min_version": "1.2"}
    users = {each["user"]: each for each in text["authorization"]["users"]}
    assert {name: user["password"] for name, user in users.items()} == {
        **hashes,
        READY: "for-this-start",
    }
    assert users[READY]["permissions"] == {"subscribe": {"deny": [">"]}, "publish": {"deny": [">"]}}
    assert all(origin.startswith("https://") for origin in text["websocket"]["allowed_origins"])
