"""One record of captured traffic."""

from feed.files.captured import Captured


def test_a_record_is_whole_unless_said() -> None:
    """Formats that know no QoS or retain flag leave them as MQTT's own defaults."""
    record = Captured(1, None, "a/b", b"x")

    assert (record.qos, record.retain, record.whole) == (0, False, True)
