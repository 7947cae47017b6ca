"""A fourth country takes part by an arrangements file alone, all the way over a real broker."""

import asyncio
from dataclasses import replace
from math import inf
from pathlib import Path

import aiomqtt
import pytest

from feed.app.message import ReceivedMessage
from feed.app.options import Options
from feed.app.prepare import Prepared, prepare
from feed.app.publication import Publication
from feed.app.receiver import Receiver
from feed.app.run_description import RunDescription, new_run_id
from feed.broker.embedded import embedded_broker
from feed.clock import SystemClock
from feed.core.explain import explain
from feed.core.run import Run
from feed.files.ledger import PlayerLedger
from feed.files.receiver_ledger import ReceiverLedger
from feed.mqtt.address import parse_address

PATIENCE_S = 60.0
PARTICIPANT = """
  AUS:
    name: Australia
    zone: Australia/Canberra
    sensors:
      - {name: Ground radar, class: land-radar, lat: 38, lon: 130, range_km: 10000, delay: PT5S}

links:
  - {id: aus-jpn, title: Australia and Japan, between: [AUS, JPN], delay: PT2S}
"""
ARRANGEMENT = """
arrangements:
  - id: aus-jpn
    title: Invented agreement
    members: [AUS, JPN]
    links: [aus-jpn]
    standing:
      - {from: 2000-01-01, state: in-force, notes: invented}
"""
SCENARIO = """
feed: 1
id: four
title: A short flight that four countries hear of
exercise: FOUR HANDS
starts: 2024-02-20T10:00:00+09:00
events:
  - launch: rocket
    at: +PT1M
    assumed: true
    site: {name: Somewhere, lat: 39.1, lon: 125.9}
    vehicle: {class: srbm}
    flight: {azimuth_deg: 61, range_km: 600, apogee_km: 200}
    track: {every: PT10S}
  - alert: siren
    at: +PT3M
    assumed: true
    about: rocket
    issuer: {country: AUS, authority: Agency, channel: Siren}
    text: Take shelter.
    areas: [North]
"""


@pytest.fixture
def four(tmp_path: Path) -> Prepared:
    """Give a scenario under the library's arrangements and one more country with its own."""
    library = Path(__file__).parent.parent / "scenarios" / "arrangements.yaml"
    text = library.read_text(encoding="utf-8")
    text = text.replace("\nlinks:\n", PARTICIPANT, 1).replace("\narrangements:\n", ARRANGEMENT, 1)
    agreed = tmp_path / "four.yaml"
    agreed.write_text(text, encoding="utf-8")
    event_stream = tmp_path / "story.yaml"
    event_stream.write_text(SCENARIO, encoding="utf-8")
    return prepare(str(event_stream), arrangements=agreed)


def told(received: list[ReceivedMessage]) -> list[tuple[str, str | None, str | None, int]]:
    """Return what each message was, by which arrangement and path it came, and when it was due."""
    return [
        (each.envelope.message, each.envelope.arrangement, each.envelope.path, each.due_us)
        for each in received
    ]


@pytest.mark.broker
@pytest.mark.slow
async def test_a_fourth_country_plays_over_a_real_broker(four: Prepared, tmp_path: Path) -> None:
    """Each of four gets exactly its deliveries; the fourth what its own arrangement lets through.

    It sees and reports on its own, hears Japan's own reports two seconds later, and nothing that
    Japan was told by others.
    """
    plan, clock = four.plan(), SystemClock()
    countries = four.recipients
    assert countries == ("AUS", "JPN", "KOR", "USA")
    run = new_run_id(clock.wall())
    about = RunDescription.of(run, plan, four.loaded.digest)

    async with embedded_broker(
        countries=countries, clock=clock, port=0, websocket_port=0, store=tmp_path / "broker"
    ) as broker:

        async def receive(country: str) -> list[ReceivedMessage]:
            async with Receiver(
                parse_address(broker.url_for(country.lower())),
                country,
                about.topics.exercise,
                clock=clock,
                ledger=lambda _: ReceiverLedger.at(tmp_path / f"{country}.sqlite", {}),
            ) as receiver:
                return [message async for message in receiver]

        player = Publication(
            Run(plan, rate=inf),
            about,
            address=parse_address(broker.url_for("player")),
            ledger=PlayerLedger.create(tmp_path / "player.sqlite", {"run": run}),
            clock=clock,
            options=Options(rate=inf, wait_for=countries, wait_s=PATIENCE_S),
            counting=plan.counting(),
        )
        async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
            tasks = {country: group.create_task(receive(country)) for country in countries}
            complete = group.create_task(player.play())

    assert complete.result()
    got = {country: told(task.result()) for country, task in tasks.items()}
    for country in countries:
        assert got[country] == [
            (each.message.key, each.arrangement, ">".join(each.path), each.due // 1000 * 1000)
            for each in plan.deliveries()
            if each.recipient == country
        ]
    assert {(key.split(".")[1], by, path) for key, by, path, _ in got["AUS"]} == {
        ("aus", "own", "AUS"),
        ("jpn", "aus-jpn", "JPN>AUS"),
    }
    assert {by for key, by, _, _ in got["KOR"] if ".aus." in key} == {"public"}


@pytest.mark.broker
@pytest.mark.slow
async def test_the_fourth_country_reads_its_own_feed_and_no_other(
    four: Prepared, tmp_path: Path
) -> None:
    """On the broker the new name has a feed of its own, and the others' are closed to it."""
    clock = SystemClock()
    async with embedded_broker(
        countries=four.recipients, clock=clock, port=0, websocket_port=0, store=tmp_path / "broker"
    ) as broker:
        player = parse_address(broker.url_for("player"))
        aus = parse_address(broker.url_for("aus"))
        async with (
            aiomqtt.Client(aus.host, aus.port, username=aus.user, password=aus.password) as there,
            aiomqtt.Client(
                player.host, player.port, username=player.user, password=player.password
            ) as here,
        ):
            for country in ("jpn", "aus"):
                await there.subscribe(f"exercise/v1/+/feed/{country}/#", qos=1)
            for country in ("jpn", "aus"):
                await here.publish(f"exercise/v1/x/feed/{country}/alert/a", country, qos=1)
            async with asyncio.timeout(PATIENCE_S):
                first = await anext(aiter(there.messages))

    assert first.payload == b"aus"


def test_the_fourth_country_is_explained(four: Prepared) -> None:
    """What it gets and what it does not are explained as anybody's."""
    only = replace(four, recipients=("AUS",))
    rows = {
        (row.first.originator, row.first.kind, row.first.data.get("state")): row.ways[0].first
        for row in explain(only.plan(), "rocket").rows
    }

    assert rows["AUS", "launch", "detected"].why == "its own report"
    assert rows["JPN", "launch", "detected"].arrangement == "aus-jpn"
    korean = rows["KOR", "launch", "detected"]
    assert korean.due is None
    assert korean.why == "no arrangement in force covers launch data from KOR; it is not shared"
