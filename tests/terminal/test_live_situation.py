"""The situation in lines: launches by urgency, what is over, and words of others."""

from dataclasses import replace

from feed.core.situation import Situation
from feed.terminal.live_situation import SituationLines
from feed.terminal.views import LiveState
from feed.wording.times import Times
from tests.terminal.situations import state_at


def lines_of(state: LiveState, situation: Situation | None = None) -> SituationLines:
    """Return the lines of a state."""
    shown = situation or state.situation
    assert shown is not None
    return SituationLines(state, shown, Times(9 * 3600), "en")


def test_who_does_not_know_yet_is_told_with_when_it_will() -> None:
    """Twenty seconds after the launch one country alone knows; the others are told when."""
    state = state_at("over-aomori-2022", "2022-10-04T07:23:18+09:00")
    (block,) = lines_of(state).launches()
    rows = {row.plain.strip()[1:4]: row.plain for row in block.lines[2:]}

    assert "since 07:23:15  own" in rows["KOR"]
    assert "does not know yet" in rows["JPN"]
    assert "does not know yet: JPN" in block.short[0].plain


def test_the_sooner_impact_stands_first() -> None:
    """Of several launches the one that comes down next is the first."""
    state = state_at("over-aomori-2022", "2022-10-04T07:35:00+09:00")
    situation = state.situation
    assert situation is not None
    (launch,) = situation.of("JPN").launches
    assert launch.impact is not None
    sooner = replace(launch, event="x", site="X", impact=replace(launch.impact, left_s=9.0))
    japan = replace(situation.of("JPN"), launches=(launch, sooner))
    first, second = lines_of(state, replace(situation, countries=(japan,))).launches()

    assert "from X" in first.lines[0].plain
    assert "impact in 0:09" in first.lines[1].plain
    assert "from X" not in second.lines[0].plain


def test_texts_of_others_speak_to_no_terminal() -> None:
    """Control characters in names and texts are gone, and markup is only text."""
    state = state_at("over-aomori-2022", "2022-10-04T07:35:00+09:00")
    situation = state.situation
    assert situation is not None
    japan = situation.of("JPN")
    alert = replace(japan.alerts[0], channel="\x1b[2J[bold]x[/]", headline={"en": "a\x07b\nc"})
    launch = replace(japan.launches[0], site="\x1b]0;t\x07", vehicle="{0}\n")
    hostile = replace(japan, alerts=(alert,), launches=(launch,))
    lines = lines_of(state, replace(situation, countries=(hostile,)))
    text = "".join(
        row.plain for block in (*lines.launches(), *lines.alerts()) for row in block.lines
    )

    assert text.isprintable()
    assert "[bold]x[/]" in text


def test_meetings_and_agreements_in_force_are_told() -> None:
    """What stands beside launches and alerts is there where there is room."""
    state = state_at("activation-eve-2023", "2023-12-19T12:00:00+09:00")
    words = [row.plain for block in lines_of(state).standing() for row in block.lines]

    assert any(word.startswith("in force: ") for word in words)


def test_at_the_end_nothing_is_next() -> None:
    """What is next is told; where nothing is known to be, it is said whether the story is over."""
    state = state_at("over-aomori-2022", "2022-10-05T17:00:00+09:00")
    situation = state.situation
    assert situation is not None
    before = replace(state, ends_us=state.position_us + 1)

    assert [line.plain for line in lines_of(state).next(3)] == ["Next  nothing more is planned"]
    assert "nothing but further positions" in lines_of(before).next(3)[0].plain
