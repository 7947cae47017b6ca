"""Tests of the list of sensor classes."""

from feed.flight.sensor_class import SENSOR_CLASSES


def test_classes_are_data() -> None:
    """Names are unique; one of them looks from above."""
    names = [kind.name for kind in SENSOR_CLASSES]
    assert len(set(names)) == len(names)
    assert [kind.name for kind in SENSOR_CLASSES if kind.overhead] == ["early-warning-satellite"]
