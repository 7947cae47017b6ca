"""Alerts, followed through the jumps of a run."""

from feed.core.alerts_told import AlertsTold
from tests.scenarios import library

STORY = "over-aomori-2022"


def told() -> AlertsTold:
    """Return what came of the alerts of a story, played once."""
    alerts = AlertsTold()
    for each in library.deliveries(STORY):
        alerts.take(each)
    return alerts


def test_an_alert_has_its_end_and_the_reason() -> None:
    """Each alert stands once, withdrawn, with how long it had stood."""
    found = told().found()

    assert len(found) == 2
    assert {(each.over_by, each.reason) for each in found.values()} == {("cancel", "wrong-area")}
    assert all(each.stood_s > 86_400 for each in found.values())


def test_a_jump_back_forgets_what_lies_behind_it() -> None:
    """Before its end an alert is on again, for everybody; before its beginning there is none."""
    alerts = told()
    ends = max(each.due for each in library.deliveries(STORY) if each.message.type == "cancel")
    alerts.begin(ends)
    assert {each.over_by for each in alerts.found().values()} == {""}

    alerts.begin(library.deliveries(STORY)[0].due)
    assert alerts.found() == {}
