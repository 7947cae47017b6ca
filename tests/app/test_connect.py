"""Lines for other people's clients."""

import pytest

from feed.app.connect import ConnectOptions, connect, country_code, recipes
from feed.errors import UsageError
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
    assert 'client_id="my-nor-client", clean_session=False' in text
    assert 'client.username_pw_set("nor")' in text
    assert 'mqtt.connect("ws://broker.example:8899/mqtt"' in text
    assert 'clientId: "my-nor-client", clean: false, username: "nor"' in text
    assert text.count("exercise/v1/calm/feed/nor/#") == 3


def test_a_user_that_was_given_is_kept_and_a_password_is_not_shown() -> None:
    """Passwords stay out of what is printed."""
    address = parse_address("mqtt://somebody:secret@127.0.0.1")
    text = recipes(address, "NOR", ConnectOptions(""))

    assert "-u somebody " in text
    assert "secret" not in text


async def test_without_an_exercise_the_lines_wait_for_one(stage: Stage) -> None:
    """Any exercise fits the filter; the country is the first of the library's."""
    options = ConnectOptions(stage.broker.url_for("observer"), exercise=stage.exercise)
    text = await connect(options)

    assert text.startswith("# ")
    assert f"exercise/v1/{stage.exercise}/feed/jpn/#" in text
