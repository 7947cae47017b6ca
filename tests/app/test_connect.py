"""Lines for other people's clients."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from feed.app.broker_in_use import home
from feed.app.connect import ConnectOptions, connect, country_code, recipes
from feed.errors import UsageError
from feed.files.credentials import keep_credentials
from feed.mqtt.address import parse_address
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


def test_lines_have_what_a_client_needs() -> None:
    """Address, user, QoS 1, a fixed client id and a session that stays, in each language."""
    address = parse_address("mqtt://broker.example:1999")
    options = ConnectOptions("", exercise="calm", websocket_port=8899)
    text = recipes(address, "NOR", options)

    assert (
        "mosquitto_sub -h broker.example -p 1999 -u nor -i my-nor-client -c -q 1 -v "
        "-t 'exercise/v1/calm/feed/nor/#'\n"
    ) in text
    assert 'client_id="my-nor-paho", clean_session=False' in text
    assert 'client.username_pw_set("nor")' in text
    assert 'mqtt.connect("ws://broker.example:8899/mqtt"' in text
    assert 'clientId: "my-nor-mqttjs", clean: false, username: "nor"' in text
    assert text.count("exercise/v1/calm/feed/nor/#") == 3


def test_a_user_that_was_given_is_kept_and_a_password_is_not_shown() -> None:
    """Passwords stay out of what is printed."""
    address = parse_address("mqtt://somebody:secret@127.0.0.1")
    text = recipes(address, "NOR", ConnectOptions(""))

    assert "-u somebody " in text
    assert "secret" not in text


def test_lines_for_a_broker_with_tls_use_it() -> None:
    """The certificates of the machine, in each language; a port that cannot be known is usual."""
    text = recipes(parse_address("mqtts://broker.example"), "NOR", ConnectOptions(""))

    assert text.count("mosquitto_sub -h broker.example -p 8883 --tls-use-os-certs -") == 2
    assert "client.tls_set()\n" in text
    assert 'mqtt.connect("wss://broker.example:8083/mqtt"' in text
    assert "over WebSocket; if the port is another: --websocket-port\n" in text


def test_a_strange_name_of_a_user_is_quoted_for_each_language() -> None:
    """The shell and the two languages read the same name."""
    address = parse_address("mqtt://O%27Neill%20%22Jr%22@127.0.0.1")
    text = recipes(address, "NOR", ConnectOptions(""))
    line = next(line for line in text.splitlines() if line.startswith("mosquitto_sub"))

    assert 'O\'Neill "Jr"' in shlex.split(line)
    assert text.count('"O\'Neill \\"Jr\\""') == 2


async def test_the_port_for_browsers_is_that_of_the_broker(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that was started on this machine wrote it down; a port that is given goes first."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
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
