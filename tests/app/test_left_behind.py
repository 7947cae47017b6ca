"""What stands before an exercise is played; what anybody left is in tests/app/test_attacks.py."""

from feed.app.left_behind import left_by_player
from feed.clock import SystemClock
from tests.app.stage import Stage


async def test_only_what_a_player_writes_is_taken_over(stage: Stage) -> None:
    """Not what receivers say of themselves, whatever there is of it."""
    topics = stage.topics
    mine = [topics.head("JPN"), topics.state("JPN", "alert", "x"), topics.clock, topics.manifest]
    others = [topics.presence("JPN", "a"), f"{topics.base}/up/jpn/ack/a"]
    async with stage.client("player") as player:
        for topic in (*mine, *others):
            await player.say(topic, b"x", retain=True)
        found = await left_by_player(stage.address("player"), topics, SystemClock())
        for topic in (*mine, *others):
            await player.say(topic, b"", retain=True)

    assert sorted(found) == sorted(mine)
