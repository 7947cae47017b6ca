"""Tests of ``feed.app.engine_check``: which engines are there, and what each can do."""

import pytest

from feed.app.engine_check import of_engines
from feed.broker.engines import ENGINES
from feed.errors import UsageError


def test_each_engine_says_whether_it_speaks_mqtt_5() -> None:
    """One line for each: program, version, and what it promises."""
    found = list(of_engines({}))
    assert len(found) == len(ENGINES)
    assert "MQTT 3.1.1; MQTT 5: no" in found[0].what
    assert found[1].mark == "note" or "MQTT 5: yes" in found[1].what


def test_an_engine_that_is_not_there_is_wrong_only_if_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Chosen by the environment, or named; else it is a note that says how to get it."""

    def none(*_: object) -> None:
        raise UsageError("no mosquitto; install it")

    monkeypatch.delenv("FEED_ENGINE", raising=False)
    monkeypatch.setattr(ENGINES[1], "find", none)
    assert [each.mark for each in of_engines({})] == ["ok", "note"]
    assert [each.mark for each in of_engines({"--mosquitto": "x"})] == ["ok", "wrong"]
    monkeypatch.setenv("FEED_ENGINE", "mosquitto")
    assert [each.mark for each in of_engines({})] == ["ok", "wrong"]
    monkeypatch.setenv("FEED_ENGINE", "x")
    assert [each.mark for each in of_engines({})] == ["wrong"]
