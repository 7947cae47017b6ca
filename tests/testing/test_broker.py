"""The broker of the tests, by itself."""

import socket

import pytest

from feed.testing.broker import broker_for_tests


@pytest.mark.slow
@pytest.mark.broker
def test_it_runs_for_as_long_as_the_context() -> None:
    """For the countries that it is given, and no others."""
    with broker_for_tests(["AUS", "PHL"]) as broker:
        assert broker.url("AUS").startswith("mqtt://aus@127.0.0.1:")
        with pytest.raises(ValueError, match="jpn"):
            broker.url("JPN")
        socket.create_connection((broker.host, broker.port), 5).close()
        where = broker.host, broker.port
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(where, 5)
