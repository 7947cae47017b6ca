"""From what a user names to a plan."""

from pathlib import Path

import pytest

from feed.app.prepare import moment_in, prepare
from feed.core.plan import Plan
from feed.errors import ScenarioError, UsageError
from feed.files.library import ARRANGEMENTS, entries, library_folder
from feed.model.time import parse_moment, rfc3339
from tests import make

NAME = "activation-eve-2023"

SCENARIO = """\
feed: 1
id: small
title: Small
exercise: MORNING CALM
starts: 2023-12-19T09:00:00+09:00
{header}
events:
  - alert: warning
    at: +PT5S
    issuer: {{country: JPN, authority: Agency, channel: Siren}}
    text: Take shelter.
    areas: [North]
"""


def recipients(plan: Plan) -> set[str]:
    """Return who gets anything of a plan."""
    return {delivery.recipient for delivery in plan.deliveries()}


def small(folder: Path, header: str = "") -> str:
    """Write a small scenario; return its path."""
    path = folder / "small.yaml"
    path.write_text(SCENARIO.format(header=header), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", [entry.name for entry in entries()])
def test_every_scenario_of_the_library_can_be_played(name: str) -> None:
    """A name of the library is enough, and each of its countries gets something."""
    prepared = prepare(name)

    assert prepared.loaded.header.id == name
    assert recipients(prepared.plan()) == set(prepared.recipients)
    assert prepared.recipients == tuple(sorted(prepared.recipients))


def test_a_path_and_an_exercise_can_be_named(tmp_path: Path) -> None:
    """A file of one's own is played under a name of one's own, with arrangements of one's own."""
    path = small(tmp_path)
    prepared = prepare(path, exercise="Silent Night", arrangements=library_folder() / ARRANGEMENTS)

    assert prepared.loaded.header.exercise == "Silent Night"
    assert prepared.loaded.shown == path
    assert prepared.arrangements_path == library_folder() / ARRANGEMENTS


def test_recipients_are_the_participants_unless_said_otherwise(tmp_path: Path) -> None:
    """The command line comes before the scenario, and that before the arrangements."""
    named = small(tmp_path, "countries: [KOR, JPN]")

    assert prepare(named).recipients == ("JPN", "KOR")
    assert prepare(named, countries=["USA"]).recipients == ("USA",)
    assert recipients(prepare(named, countries=["USA"]).plan()) == {"USA"}


def test_a_country_that_does_not_take_part_is_refused() -> None:
    """The sentence says who does."""
    with pytest.raises(UsageError, match="'XYZ' is no participant; the arrangements have"):
        prepare(NAME, countries=["XYZ"])


def test_arrangements_can_be_looked_at_as_of_another_moment(tmp_path: Path) -> None:
    """The command line comes before the scenario; a plan can be asked for yet another moment."""
    fixed = small(tmp_path, "sharing: 2015-06-01")
    in_2015 = parse_moment("2015-06-01").resolve(prepare(fixed).loaded.header.starts).us

    assert prepare(small(tmp_path)).as_of is None
    assert prepare(small(tmp_path, "sharing: 2015-06-01")).as_of == in_2015
    later = prepare(small(tmp_path, "sharing: 2015-06-01"), as_of="2020-01-01")
    assert later.as_of is not None
    assert later.as_of > in_2015
    assert recipients(later.plan(as_of=in_2015)) == set(later.recipients)


def test_a_moment_that_is_none_is_refused() -> None:
    """The sentence names the option and shows how a time is written."""
    with pytest.raises(UsageError, match="--as-of 'soon' is not a time; write 07:22"):
        prepare(NAME, as_of="soon")


def test_a_moment_is_one_of_the_scenario() -> None:
    """A clock time is on the day and in the zone of the story."""
    start = make.event_stream().start

    assert rfc3339(moment_in("10:30", start, "--until").us, start.offset_s).startswith(
        "2023-12-19T10:30:00"
    )
    assert moment_in("+PT90S", start, "--until").us == start.us + 90_000_000


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    """Mistakes come with their place; an unknown name with an offer."""
    path = small(tmp_path, "colour: red")
    with pytest.raises(ScenarioError, match=r"small.yaml:6:1: 'colour' is not a key of the file"):
        prepare(path)
    with pytest.raises(UsageError, match="did you mean 'activation-eve-2023'"):
        prepare("activation-eve-2024")
