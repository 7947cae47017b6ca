"""Checkpoints: spread over what was played, bounded in number, found by place and by moment."""

from feed.core.checkpoint import Checkpoint, Checkpoints
from feed.core.picture import Picture
from feed.core.plan import PlanMark
from tests import make


def at(count: int) -> Checkpoint:
    """Return a checkpoint behind so many deliveries, the last of them due at ten times that."""
    return Checkpoint(count, count * 10, PlanMark(count=count), {"JPN": Picture()})


def test_they_stay_few_and_spread() -> None:
    """Of a million deliveries there are at most 256, and none is far from any place."""
    kept = Checkpoints()
    for count in range(0, 1_000_001, 100):
        if kept.wanted(count):
            kept.add(at(count))
    assert len(kept) <= 256
    for count in range(50_000, 1_000_000, 7777):
        near = kept.up_to(count)
        assert near is not None
        assert 0 <= count - near.count <= 8_000


def test_the_nearest_is_found_by_place_and_by_moment() -> None:
    """By moment: all that it holds was due before, so nothing due then is left out."""
    kept = Checkpoints(every=10)
    for count in (10, 20, 30):
        kept.add(at(count))
    assert kept.up_to(9) is None
    assert [one.count for one in (kept.up_to(10), kept.up_to(29)) if one] == [10, 20]
    assert kept.before(100) is None
    assert [one.count for one in (kept.before(101), kept.before(1000)) if one] == [10, 30]


def test_the_same_place_is_kept_once() -> None:
    """Whoever scans over it again does not keep it again."""
    kept = Checkpoints(every=10)
    assert not kept.wanted(0)
    assert not kept.wanted(15)
    assert kept.wanted(20)
    kept.add(at(20))
    assert not kept.wanted(20)


def test_pictures_are_copied() -> None:
    """What is folded on does not change what is kept."""
    (delivery,) = make.plan(make.alert(at=1), recipients=("JPN",)).deliveries()
    one = at(10)
    one.copies()["JPN"].take(delivery)
    assert not one.pictures["JPN"].shown


def test_what_is_no_longer_the_plan_is_forgotten() -> None:
    """Behind a place where it changed."""
    kept = Checkpoints(every=10)
    for count in (10, 20, 30):
        kept.add(at(count))
    kept.drop_after(20)
    found = kept.up_to(100)
    assert found is not None
    assert found.count == 20
