"""Lines for other people's clients."""

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from feed.app.broker_in_use import home
from feed.app.connect import ConnectOptions, connect, country_code, recipes
from feed.errors import UsageError
from feed.files.credentials import keep_credentials
from feed.mqtt.address import parse_address
from feed.wire.topics import own_end
from tests.app.stage import Stage


@pytest.mark.parametrize("text", ["JPN", "jpn", "Jpn"])
def test_a_country_is_written_in_any_case(text: str) -> None:
    """Codes are shown in capitals."""
    assert country_code(text) == "JPN"


@pytest.mark.parametrize("text", ["", "JP", "JAPAN", "J1N", "日本国", "JPN\n"])
def test_what_is_no_code_of_a_country_is_refused(text: str) -> None:
    """Three letters a-z, because they are a level of topics and a user's name."""
    with pytest.raises(UsageError, match="is not a three-letter country code"):
        country_code(text)


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))


def test_lines_have_what_a_client_needs() -> None:
    """Address, user, QoS 1, a fixed client id and a session that stays, in each language."""
    address = parse_address("mqtt://broker.example:1999")
    options = ConnectOptions("", exercise="calm", websocket_port=8899)
    text = recipes(address, "NOR", options, "4f2a")

    client, paho, mqttjs = (
        f"{name}-{own_end('4f2a', name)}"
        for name in ("my-nor-client", "my-nor-paho", "my-nor-mqttjs")
    )
    assert (
        f"mosquitto_sub -h broker.example -p 1999 -u nor -i {client} -c -q 1 -v "
        "-t 'exercise/v1/calm/feed/nor/#'\n"
    ) in text
    assert f'client_id="{paho}", clean_session=False' in text
    assert 'client.username_pw_set("nor")' in text
    assert 'mqtt.connect("ws://broker.example:8899/mqtt"' in text
    assert f'clientId: "{mqttjs}", clean: false, username: "nor"' in text
    assert text.count("exercise/v1/calm/feed/nor/#") == 3


def test_a_user_that_was_given_is_kept_and_a_password_is_not_shown() -> None:
    """Passwords stay out of what is printed."""
    address = parse_address("mqtt://somebody:secret@127.0.0.1")
    text = recipes(address, "NOR", ConnectOptions(""), "4f2a")

    assert "-u somebody " in text
    assert "secret" not in text


def test_lines_for_a_broker_with_tls_use_it() -> None:
    """The certificates of the machine, in each language; a port that cannot be known is usual."""
    text = recipes(parse_address("mqtts://broker.example"), "NOR", ConnectOptions(""), "4f2a")

    assert text.count("mosquitto_sub -h broker.example -p 8883 --tls-use-os-certs -") == 2
    assert "client.tls_set()\n" in text
    assert 'mqtt.connect("wss://broker.example:8083/mqtt"' in text
    assert "over WebSocket; if the port is another: --websocket-port\n" in text


def test_a_strange_name_of_a_user_is_quoted_for_each_language() -> None:
    """The shell and the two languages read the same name."""
    address = parse_address("mqtt://O%27Neill%20%22Jr%22@127.0.0.1")
    text = recipes(address, "NOR", ConnectOptions(""), "4f2a")
    line = next(line for line in text.splitlines() if line.startswith("mosquitto_sub"))

    assert 'O\'Neill "Jr"' in shlex.split(line)
    assert text.count('"O\'Neill \\"Jr\\""') == 2


async def test_the_port_for_browsers_is_that_of_the_broker(stage: Stage) -> None:
    """A broker that was started on this machine wrote it down; a port that is given goes first."""
    options = ConnectOptions(stage.broker.url_for("observer"))
    address = parse_address(options.broker)

    with keep_credentials(home(), address.host, address.port, {}, websocket_port=28083):
        assert '"ws://127.0.0.1:28083/mqtt"' in await connect(options)
        given = replace(options, websocket_port=9001)
        assert '"ws://127.0.0.1:9001/mqtt"' in await connect(given)


async def test_without_an_exercise_the_lines_wait_for_one(stage: Stage) -> None:
    """Any exercise fits the filter; the country is the first of the library's."""
    options = ConnectOptions(stage.broker.url_for("observer"), exercise=stage.exercise)
    text = await connect(options)

    assert text.startswith("# ")
    assert f"exercise/v1/{stage.exercise}/feed/jpn/#" in text


@pytest.mark.parametrize("host", ["a$(touch x)", "a'b", 'a"b', "a;b", "a`b`"])
def test_a_strange_host_is_quoted_for_each_language(host: str) -> None:
    """Whatever the address is, what is pasted does nothing but connect to it."""
    address = replace(parse_address("mqtt://127.0.0.1"), host=host)
    text = recipes(address, "NOR", ConnectOptions(""), "4f2a")
    lines = [line for line in text.splitlines() if line.startswith("mosquitto_sub")]

    assert all(shlex.split(line)[2] == host for line in lines)
    assert f"client.connect({json.dumps(host)}, 1883)" in text


async def test_ids_are_this_home_s_own_and_stay(stage: Stage) -> None:
    """A session belongs to an id, and nobody else can guess it."""
    options = ConnectOptions(stage.broker.url_for("observer"))
    first, second = await connect(options), await connect(options)

    assert first == second
    assert re.search(r"-i my-[a-z]{3}-client-[0-9a-f]{12} -c", first)


async def test_what_stands_is_harmless_to_a_shell_and_a_terminal(stage: Stage) -> None:
    """Text of a stranger's manifest stays in comments, in one line, without escapes."""
    title = "a\n$(touch x)\x1b]0;owned\x07\u2028\u202e"
    async with stage.client("player") as client:
        await client.say(stage.topics.manifest, {"title": title, "countries": ["NOR"]}, retain=True)
        text = await connect(ConnectOptions(stage.broker.url_for("observer")))
        await client.say(stage.topics.manifest, b"", retain=True)
    line = next(line for line in text.split("\n") if stage.exercise in line)

    assert line.startswith(f"# {stage.exercise}: a $(touch x) ]0;owned (no clock; for NOR)")
    assert all(letter.isprintable() or letter == "\n" for letter in text)
