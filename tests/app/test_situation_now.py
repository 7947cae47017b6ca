"""The situation beside a run: the same as a fold of everything that was handed out."""

from dataclasses import replace

import pytest

from feed.app.situation_now import RunPlace, SituationNow
from feed.core.picture import Picture
from feed.core.situation import Situation, Situations
from tests.scenarios import library
from tests.terminal.situations import COUNTRIES, place_at

STORY = "activation-eve-2023"
FLIGHT = "2023-12-18T08:52:10+09:00"
EVENING = "2023-12-17T22:40:00+09:00"


def reached(now: SituationNow, place: RunPlace) -> Situation:
    """Return the situation once all that comes before a place is in it."""
    situation, complete = now.at(place)
    while not complete:
        situation, complete = now.at(place)
    return situation


def expected(place: RunPlace) -> Situation:
    """Return the situation, folded at once from all that comes before a place."""
    situations = Situations(COUNTRIES, place.plan.sharing)
    pictures = {country: Picture() for country in COUNTRIES}
    deliveries = library.deliveries(STORY)
    for each in deliveries[: place.cursor]:
        situations.take(each)
        pictures[each.recipient].take(each)
    for picture in pictures.values():
        list(picture.expire(place.position))
    return situations.at(place.position, pictures, deliveries[place.cursor :])


@pytest.mark.parametrize("when", [EVENING, FLIGHT])
def test_it_is_the_fold_of_what_was_handed_out(when: str) -> None:
    """Read anew from the plan, the situation is what a fold at once gives."""
    place = place_at(STORY, when)

    assert reached(SituationNow(COUNTRIES), place) == expected(place)


def test_it_goes_on_from_where_it_stood() -> None:
    """Moment after moment, each is the fold up to there, and what is next is known, too."""
    now = SituationNow(COUNTRIES)
    reached(now, place_at(STORY, EVENING))
    situation = reached(now, place_at(STORY, FLIGHT))

    assert situation == expected(place_at(STORY, FLIGHT))
    assert situation.next


def test_after_a_jump_back_nothing_is_left_of_the_future() -> None:
    """In a new epoch, and also without one, an earlier place has the earlier situation."""
    now = SituationNow(COUNTRIES)
    reached(now, place_at(STORY, FLIGHT))

    assert reached(now, place_at(STORY, EVENING, epoch=2)) == expected(place_at(STORY, EVENING))
    reached(now, place_at(STORY, FLIGHT, epoch=2))
    assert reached(now, place_at(STORY, EVENING, epoch=2)) == expected(place_at(STORY, EVENING))


def test_a_long_way_is_gone_in_parts() -> None:
    """One call does not fold everything; until the end is reached it says that it is behind."""
    now = SituationNow(COUNTRIES)
    end = library.deliveries(STORY)[-1].due
    place = replace(place_at(STORY, FLIGHT), cursor=len(library.deliveries(STORY)), position=end)
    situation, complete = now.at(place)

    assert not complete
    assert situation.now < end
    assert situation.next == ()
    assert reached(now, place).now == end


def test_what_is_not_played_is_not_next() -> None:
    """What is due after the end of a run is no part of it."""
    place = place_at(STORY, EVENING)

    assert SituationNow(COUNTRIES).at(replace(place, ends=place.position))[0].next == ()
