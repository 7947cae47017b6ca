"""The classes of vehicles."""

import pytest

from feed.errors import UsageError
from feed.flight.vehicle import VEHICLE_CLASSES, Profile, vehicle_class


def test_classes_are_named_once_and_have_round_parameters() -> None:
    """A class parameter is a round number of seconds: it is not tuned to one flight."""
    names = [kind.name for kind in VEHICLE_CLASSES]

    assert len(set(names)) == len(names)
    assert all(kind.boost_s % 5 == 0 for kind in VEHICLE_CLASSES)
    assert all(kind.mean_speed_m_s % 10 == 0 for kind in VEHICLE_CLASSES)


def test_every_profile_has_a_class_or_is_chosen_by_figures() -> None:
    """Only the quasi-ballistic profile follows from apogee and range."""
    profiles = {kind.profile for kind in VEHICLE_CLASSES}
    assert set(Profile) - profiles == {Profile.QUASI_BALLISTIC}


@pytest.mark.parametrize(
    ("name", "advice"),
    [("irmb", "did you mean 'irbm'?"), ("zeppelin", "use one of srbm, mrbm, slbm")],
)
def test_a_class_that_does_not_exist_is_refused(name: str, advice: str) -> None:
    """The nearest one is named, or all."""
    with pytest.raises(UsageError, match=advice):
        vehicle_class(name)
