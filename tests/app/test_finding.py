"""What ``feed doctor`` is asked and answers."""

from feed.app.finding import Diagnosis, DoctorOptions


def test_advice_may_be_left_out() -> None:
    """What is in order needs none, and a plain question asks for MQTT 3.1.1 and QoS 1."""
    assert Diagnosis("ok", "fine") == ("ok", "fine", "")
    assert (DoctorOptions("broker").protocol, DoctorOptions("broker").qos) == ("3.1.1", 1)
