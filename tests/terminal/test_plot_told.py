"""What came of a flight, below its picture."""

from matplotlib.figure import Figure

from feed.core.compare import compare
from feed.core.plan import Plan
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.terminal.drawing import Drawing, lines_of
from feed.terminal.plot_told import MOST_TOLD, draw_told, draw_warned, told_lines
from tests.make import alert, correction, cut, launch, moment, plan, restore

ARC = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 100}
SEEN = [{"country": "KOR", "at": moment(20), "until": moment(900)}]
ROCKET = launch("rocket", flight=ARC, detections=SEEN)


def drawing(*events: EventBase, language: str = "en") -> Drawing:
    """Return what is drawn of a story."""
    told: Plan = plan(*events)
    launches = [each for each in events if isinstance(each, Launch)]
    start, arrangements = told.event_stream.start, told.sharing.arrangements
    known = compare([told])
    ends = [each.subject.ends for each in known]
    lines = tuple(lines_of(launches, start, arrangements, told.seed))
    found = tuple(told_lines(launches, told, ends, language))
    return Drawing(launches, lines, start, arrangements, told.seed, language, known, found)


def words(drawn: Drawing, how: object) -> list[str]:
    """Return the words of a panel over five minutes."""
    axes = Figure().add_subplot()
    axes.set_xlim(0, 5)
    how(axes, drawn)  # type: ignore[operator]
    return [text.get_text() for text in axes.texts]


def test_an_alert_stands_from_its_issue_to_its_end() -> None:
    """With each correction; one that names no launch belongs to the last one before it."""
    siren = alert("siren", 60, about="rocket")
    other = alert("other", 90, about=None)
    over = correction("siren", "all-clear", 180)
    first, second = drawing(ROCKET, siren, other, over).told

    assert (first.ordinal, first.since, first.until) == (1, 1, 3)
    assert first.marks == ((1, "alert"), (3, "all-clear"))
    assert (second.since, second.until) == (1.5, None)


def test_links_that_are_down_meanwhile_are_told() -> None:
    """One that is not restored goes on; one that was down before or after the flight is none."""
    down = drawing(
        ROCKET, cut("jpn-kor", 30), restore("jpn-kor", 90), cut("jpn-kor", 120), cut("kor-usa", 9e4)
    ).told

    assert [(each.since, each.until, each.marks) for each in down] == [
        (0.5, 1.5, ()),
        (2, None, ()),
    ]
    assert down[0].words == "link jpn-kor is down"


def test_what_comes_after_the_axis_is_said() -> None:
    """When an alert ended that outlasts the flight; what begins later is counted."""
    siren = alert("siren", 60, about="rocket")
    over = correction("siren", "cancel", 7200, reason="issued-in-error")
    told = words(drawing(ROCKET, siren, over), draw_told)
    many = drawing(ROCKET, *[alert(f"n-{n}", 60 + n, about="rocket") for n in range(MOST_TOLD + 2)])

    assert any(each.endswith("→ withdrawn T+2:00:00") for each in told)
    axes = Figure().add_subplot()
    axes.set_xlim(0, 5)
    draw_told(axes, many)
    assert axes.get_title(loc="left").endswith("(and 2 more)")


def test_the_warning_time_is_printed() -> None:
    """Since the launch and before the impact; in the language; who was never warned, too."""
    told = words(drawing(ROCKET), draw_warned)

    assert sum(each.startswith("T+20.0 s, ") and "before the impact" in each for each in told) == 1
    assert "never warned" in told
    assert "警報なし" in words(drawing(ROCKET, language="ja"), draw_warned)
