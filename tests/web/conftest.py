"""Fixtures for the page's server."""

import pytest

from tests import brokers


@pytest.fixture
def free_port() -> int:
    """Give a loopback port on which nobody listens."""
    return brokers.free_port()
