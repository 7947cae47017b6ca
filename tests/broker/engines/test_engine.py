"""Tests of ``feed.broker.engines.engine``, and of what all engines have in common."""

import pytest

from feed.broker.engines import DEFAULT, ENGINES, engine_named
from feed.broker.engines.engine import Engine, origin


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


def test_an_origin_is_a_url() -> None:
    """An IPv6 address stands in brackets."""
    assert origin("::1", 80) == "http://[::1]:80"
    assert origin("127.0.0.1", 80) == "http://127.0.0.1:80"
