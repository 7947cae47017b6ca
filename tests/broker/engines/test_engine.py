"""Tests of ``feed.broker.engines.engine``, and of what all engines have in common."""

import pytest

from feed.broker.engines import DEFAULT, ENGINES, chosen_engine, engine_named
from feed.broker.engines.engine import Engine, origin
from feed.errors import UsageError


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.NAME)
def test_an_engine_is_found_by_its_name(engine: Engine) -> None:
    """What ``--engine`` calls it leads to it, and an unknown name to none."""
    assert engine_named(engine.NAME) is engine
    assert engine_named(engine.NAME.upper()) is None


def test_no_two_engines_share_a_name_or_files() -> None:
    """Each can be named alone, and the folder of one is never taken for the other's."""
    assert DEFAULT in ENGINES
    assert len({engine.NAME for engine in ENGINES}) == len(ENGINES)
    assert len({engine.STEM for engine in ENGINES}) == len(ENGINES)
    assert len({engine.OPTION for engine in ENGINES}) == len(ENGINES)


def test_an_engine_is_chosen_by_option_then_environment() -> None:
    """An unknown one is refused, with where it was named and which there are."""
    assert chosen_engine(None, {}) is DEFAULT
    assert chosen_engine(None, {"FEED_ENGINE": "mosquitto"}).NAME == "mosquitto"
    assert chosen_engine("nats-server", {"FEED_ENGINE": "x"}).NAME == "nats-server"
    for name, variable in (("x", ""), (None, "x")):
        with pytest.raises(UsageError, match="'x' is no engine; take one of nats-server, mosq"):
            chosen_engine(name, {"FEED_ENGINE": variable})


def test_an_origin_is_a_url() -> None:
    """An IPv6 address stands in brackets."""
    assert origin("::1", 80) == "http://[::1]:80"
    assert origin("127.0.0.1", 80) == "http://127.0.0.1:80"
