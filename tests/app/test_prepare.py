"""From what a user names to a plan."""

from itertools import product
from pathlib import Path

import pytest

from feed.app.prepare import date_in, moment_in, prepare
from feed.app.run_description import RunDescription
from feed.core.plan import Plan
from feed.errors import ScenarioError, UsageError
from feed.files.library import ARRANGEMENTS, entries, library_folder
from feed.model.time import parse_moment, rfc3339
from feed.terminal.timeline import TimelineStyle, table
from feed.wording.headline import headline
from feed.wording.times import Times
from tests import make
from tests.commands import STORY

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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("soon", "--as-of 'soon' is not a date; write 2015-06-01"),
        ("2035", "--as-of '2035' is not a date; write 2015-06-01"),
        ("07:22", "--as-of '07:22' has no date; write 2015-06-01"),
        ("07:22:00", "--as-of '07:22:00' has no date; write 2015-06-01"),
        ("+P1D", r"--as-of '\+P1D' has no date; write 2015-06-01"),
        ("10m", "--as-of '10m' has no date; write 2015-06-01"),
    ],
)
def test_arrangements_are_looked_at_on_a_date(text: str, sentence: str) -> None:
    """The sentence names the option, and what to write for this one."""
    with pytest.raises(UsageError, match=sentence):
        prepare(NAME, as_of=text)


def test_a_part_is_what_is_due_in_it_or_refused(tmp_path: Path) -> None:
    """For every edge of a plan: a part has a message, or is refused whichever side is wrong."""
    path = tmp_path / "told.yaml"
    path.write_text(STORY, encoding="utf-8")
    prepared = prepare(str(path))
    start = prepared.loaded.header.starts.us
    dues = [delivery.due for delivery in prepared.plan().deliveries()]
    edges = {None, start, *(due + step for due in dues for step in (-1, 0, 1))}
    for begin, until in product(edges, edges):
        if begin is not None and until is not None and until <= begin:
            continue
        inside = any(
            (begin is None or due >= begin) and (until is None or due <= until) for due in dues
        )
        begin_text, until_text = (
            None if edge is None else f"+PT{(edge - start) / 1e6:.6f}S" for edge in (begin, until)
        )
        if inside:
            assert prepared.span(begin_text, until_text) == (begin, until)
        else:
            with pytest.raises(UsageError, match="nothing is due in the part"):
                prepared.span(begin_text, until_text)


@pytest.mark.parametrize(
    ("begin", "until", "sentence"),
    [
        ("+P30D", None, r"from --start-offset on \(2024-01-18T09.* due at 2023.*, begin earlier"),
        (None, "09:00:01", r"up to --until \(2023-12-19T09:00:01.*due at 2023.*:05.*, end later"),
        ("09:00", "09:00:04", r"from --start-offset \(.*\) to --until \(.*\); the next message"),
        ("09:10", "09:05", r"is not after --start-offset \(2023-12-19T09:10:00\+09:00 to 2023"),
        ("09:05", "08:59", "from --start-offset on"),
        (None, "never", "--until 'never' is not a time; write 07:22"),
    ],
)
def test_a_part_without_a_message_is_refused(
    begin: str | None, until: str | None, sentence: str, tmp_path: Path
) -> None:
    """Each sentence says how the times were understood, and where something is due."""
    with pytest.raises(UsageError, match=sentence):
        prepare(small(tmp_path)).span(begin, until)


NAMES_BY_LANGUAGE = """\
feed: 1
id: names
title: {en: Names, ja: 名前の話}
exercise: MORNING CALM
starts: 2023-12-19T09:00:00+09:00
events:
  - launch: missile
    at: +PT5S
    assumed: true
    site: {name: {en: Sunan, ko: 순안}, lat: 39.2, lon: 125.67, approximate: true}
    vehicle: {class: srbm}
    flight:
      {azimuth_deg: 90, range_km: 300, apogee_km: 80, assumed: [azimuth_deg, range_km, apogee_km]}
  - meeting: talks
    at: +PT1H
    title: Talks
    state: held
    place: {ko: 서울, ja: ソウル}
    originator: KOR
  - incident: balloon
    at: +PT2H
    category: balloon
    place: {en: Sea, ja: 海}
    originator: KOR
  - incident: plain
    at: +PT2H
    category: balloon
    place: Sea
    originator: KOR
"""


def test_names_are_told_in_the_language_of_the_reader(tmp_path: Path) -> None:
    """Also that of the scenario; who knows nothing of languages finds one name where it was."""
    path = tmp_path / "names.yaml"
    path.write_text(NAMES_BY_LANGUAGE, encoding="utf-8")
    prepared = prepare(str(path))
    plan = prepared.plan()
    firsts = {
        each.message.event: each.message
        for each in reversed(list(plan.deliveries()))
        if each.message.kind in {"launch", "meeting", "incident"}
    }
    lines = {
        name: [
            headline(each.kind, each.type, each.data, language) for language in ("en", "ja", "ko")
        ]
        for name, each in firsts.items()
    }

    assert firsts["missile"].data["site"]["name"] == "Sunan"
    assert firsts["missile"].data["site"]["names"] == {"en": "Sunan", "ko": "순안"}
    assert ["순안" in line for line in lines["missile"]] == [False, False, True]
    assert (firsts["talks"].data["place"], firsts["balloon"].data["place"]) == ("서울", "Sea")
    assert "ソウル" in lines["talks"][1]
    assert "海" in lines["balloon"][1]
    assert "place_names" not in firsts["plain"].data
    about = RunDescription.of("01jfm0", plan, "digest")
    manifest = about.manifest(None, plan.starts)
    assert (manifest["title"], manifest["titles"]["ja"]) == ("Names", "名前の話")
    style = TimelineStyle(prepared.loaded.header, Times(9 * 3600), "ja")
    assert any("名前の話" in str(line) for line in table(plan.deliveries(), style))


def test_a_moment_is_one_of_the_scenario() -> None:
    """A clock time is in the zone of the story, the first from its start on."""
    start = make.event_stream().start

    assert rfc3339(moment_in("10:30", start, "--until").us, start.offset_s).startswith(
        "2023-12-19T10:30:00"
    )
    assert rfc3339(moment_in("00:30:00", start, "--until").us, start.offset_s).startswith(
        "2023-12-20T00:30:00"
    )
    assert moment_in("+PT90S", start, "--until").us == start.us + 90_000_000
    assert date_in("2015-06-01", start, "--as-of") == parse_moment("2015-06-01").resolve(start)


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    """Mistakes come with their place; an unknown name with an offer."""
    path = small(tmp_path, "colour: red")
    with pytest.raises(ScenarioError, match=r"small.yaml:6:1: 'colour' is not a key of the file"):
        prepare(path)
    with pytest.raises(UsageError, match="did you mean 'activation-eve-2023'"):
        prepare("activation-eve-2024")
