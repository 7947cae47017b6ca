"""The command line of the chaos: how much to break, by which seed, on which broker."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from feed.app.signals import run_until_signal
from tests.chaos.battle import CLUSTER, Battle, Outcome, fight
from tests.chaos.story import COUNTRIES
from tests.chaos.trials import full_disk, killed_early, stopped_receiver, unread_subscriber

__all__ = ["main"]

# ruff: noqa: T201 - printing is its job


def main() -> int:
    """Fight a battle, or try single misfortunes; 0 if nothing was lost and nothing came twice."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broker", choices=("embedded", "mosquitto", CLUSTER), default="embedded")
    parser.add_argument("--messages", type=int, default=7000, help="for each of three countries")
    parser.add_argument(
        "--duration",
        type=float,
        help="seconds; of the replay without kills; default: 1.2 for each kill, of a cluster 12",
    )
    parser.add_argument("--fastest", action="store_true", help="play at the highest rate")
    parser.add_argument("--proxy", action="store_true", help="break connections too")
    parser.add_argument("--keep", action="store_true", help="leave the files there")
    parser.add_argument("--folder", type=Path, help="where to work; default: a temporary folder")
    parser.add_argument("--trials", action="store_true", help="single misfortunes instead")
    asked = parser.parse_args()
    if asked.broker == CLUSTER and (asked.proxy or asked.trials):
        parser.error("the nodes of a cluster are killed; --proxy and --trials are for one broker")
    if asked.trials:
        return run_until_signal(lambda: _trials(asked.broker))
    battle = Battle(
        broker=asked.broker,
        seed=asked.seed,
        kills=asked.kills,
        messages=asked.messages,
        duration_s=asked.duration or (12 if asked.broker == CLUSTER else 1.2) * max(1, asked.kills),
        fastest=asked.fastest,
        proxies=asked.proxy,
        keep=asked.keep,
        folder=asked.folder,
    )
    return run_until_signal(lambda: _battle(battle))


async def _battle(battle: Battle) -> int:
    """Fight one battle; 0 if nothing was lost and nothing came twice."""
    print(f"chaos: {battle}", flush=True)
    outcome = await fight(battle, lambda line: print(line, flush=True))
    for verdict in outcome.verdicts:
        print(verdict)
    print(f"kills: {outcome.kills} ({sum(outcome.kills.values())}); faults: {outcome.faults}")
    print(f"{outcome.messages} messages in {outcome.seconds:.0f} s, seed {battle.seed}")
    for problem in outcome.problems:
        print(f"WRONG: {problem}", file=sys.stderr)
    print("nothing lost, nothing double" if outcome.right else "FAILED")
    return 0 if outcome.right else 1


async def _trials(broker: str) -> int:
    """Try single misfortunes, one after the other; 0 if nothing was lost in any."""
    fast = Battle(broker=broker, fastest=True, linger_s=0)
    right = True

    def note(what: str, outcome: Outcome, seen: object) -> None:
        nonlocal right
        right = right and outcome.right
        print(f"{what}: {'right' if outcome.right else 'FAILED'}; {seen}", flush=True)
        for line in (*outcome.problems, *(v for v in outcome.verdicts if not v.right)):
            print(f"WRONG: {line}", file=sys.stderr)

    held = await stopped_receiver(fast, seconds=60)
    note("a receiver stands still for a minute, the player waits for it", held.outcome, held)
    others = replace(fast, messages=20_000, wait_for=COUNTRIES[::2], linger_s=60)
    left = await stopped_receiver(others, seconds=60)
    note("a receiver stands still for a minute, nobody waits for it", left.outcome, left)
    unread = await unread_subscriber(fast)
    note("a subscriber never reads", unread.outcome, unread)
    small = replace(fast, messages=2000)
    for what, size in (("file", 400_000), ("ledger", 1_000_000), ("player", 2_000_000)):
        outcome, sentence = await full_disk(small, what, size)
        note(f"the disk of the {what} is full", outcome, sentence)
    outcome, runs = await killed_early(small)
    note("the player is killed before its first message", outcome, f"{len(runs)} run")
    return 0 if right else 1
