"""Small valid objects, so that a test states only what it is about.

Everything is built through the models' own doors, as an author would write it.  Countries are
letters of a code and nothing more; a fourth and a fifth are made by naming them.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from feed.core.event_stream import EventStream, event_stream_of, gather
from feed.core.plan import Plan
from feed.core.sharing import Sharing
from feed.model.agreement import Agreement
from feed.model.alert import Alert
from feed.model.arrangement import Arrangement, Arrangements, Link
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.incident import Incident
from feed.model.launch import Launch
from feed.model.link import LinkChange
from feed.model.meeting import Meeting
from feed.model.message import Delivery, Kind, Message
from feed.model.scenario import Scenario
from feed.model.statement import Statement
from feed.model.time import SECOND
from feed.wire.size import measure_of

__all__ = [
    "CLOCK",
    "COUNTRIES",
    "PATIENT",
    "START",
    "agreement",
    "alert",
    "any_arrangements",
    "any_cuts",
    "any_events",
    "arrangement",
    "arrangements",
    "claim",
    "correction",
    "cut",
    "delivery",
    "event_stream",
    "incident",
    "launch",
    "link",
    "links_between",
    "meeting",
    "message",
    "moment",
    "plan",
    "restore",
    "scenario",
    "sharing",
    "size",
    "statement",
]

PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
"""for properties of whole stories; a busy machine is no mistake"""

COUNTRIES = ("KOR", "JPN", "USA", "AUS", "PHL")
_STARTS = "2023-12-19T09:00:00+09:00"
START = 1_702_944_000 * SECOND
"""the moment at which every made story begins, microseconds since 1970"""


def moment(seconds: float) -> str:
    """Return a moment so many seconds after the start, as an author writes it."""
    return f"+PT{seconds:.6f}S"


def alert(name: str = "warning", at: float = 0, country: str = "JPN", **members: Any) -> Alert:
    """Return an alert of one country, for one area."""
    issuer = {"country": country, "authority": "Agency", "channel": "Siren"}
    return Alert.model_validate(
        {
            "alert": name,
            "at": moment(at),
            "issuer": issuer,
            "text": "Take shelter.",
            "areas": ["North"],
            **members,
        }
    )


def correction(
    of: str = "warning", as_: str = "cancel", at: float = 60, **members: Any
) -> Correction:
    """Return a correction of an event."""
    name = members.pop("name", f"{of}-{as_}-{round(at)}")
    return Correction.model_validate(
        {"correction": name, "of": of, "as": as_, "at": moment(at), **members}
    )


def launch(
    name: str = "rocket", at: float = 0, seen: Iterable[str] = ("KOR",), **members: Any
) -> Launch:
    """Return a launch that some countries see a second later, for half a minute."""
    detections = [
        {"country": country, "at": moment(at + 1), "until": moment(at + 31)} for country in seen
    ]
    return Launch.model_validate(
        {
            "launch": name,
            "at": moment(at),
            "site": {"name": "Site", "lat": 39.0, "lon": 125.7},
            "vehicle": {"class": "srbm"},
            "detections": detections,
            **members,
        }
    )


def incident(name: str = "shots", at: float = 0, country: str = "KOR", **members: Any) -> Incident:
    """Return an incident that one country reports."""
    return Incident.model_validate(
        {
            "incident": name,
            "at": moment(at),
            "originator": country,
            "category": "artillery",
            **members,
        }
    )


def meeting(name: str = "talks", at: float = 0, country: str = "USA", **members: Any) -> Meeting:
    """Return a meeting that one country announces."""
    return Meeting.model_validate(
        {
            "meeting": name,
            "at": moment(at),
            "title": "Talks",
            "state": "announced",
            "place": "A hall",
            "participants": [{"country": country, "name": "A. Person"}],
            **members,
        }
    )


def agreement(
    name: str = "accord",
    at: float = 0,
    changes: str | None = None,
    becomes: str = "in-force",
    **members: Any,
) -> Agreement:
    """Return an agreement; with ``changes`` it puts an arrangement in or out of force."""
    effect = None if changes is None else {"id": changes, "becomes": becomes}
    return Agreement.model_validate(
        {
            "agreement": name,
            "at": moment(at),
            "title": "An accord",
            "parties": ["KOR", "JPN"],
            "state": "in-force",
            "arrangement": effect,
            **members,
        }
    )


def statement(
    name: str = "words", at: float = 0, country: str = "JPN", **members: Any
) -> Statement:
    """Return a statement of one country."""
    return Statement.model_validate(
        {
            "statement": name,
            "at": moment(at),
            "speaker": "A. Speaker",
            "country": country,
            "summary": "Something was said.",
            **members,
        }
    )


def claim(country: str = "KOR", said: float | None = None, **members: Any) -> dict[str, Any]:
    """Return what an authority claims; with ``said`` it is a message of its own."""
    when = {} if said is None else {"said": moment(said)}
    return {"country": country, "by": "Staff", "count": 1, **when, **members}


def cut(link_id: str, at: float) -> LinkChange:
    """Return the moment at which a link goes down."""
    return LinkChange.model_validate({"link": link_id, "at": moment(at), "state": "down"})


def restore(link_id: str, at: float) -> LinkChange:
    """Return the moment at which a link comes up."""
    return LinkChange.model_validate({"link": link_id, "at": moment(at), "state": "up"})


def link(first: str, second: str, **members: Any) -> Link:
    """Return a link between two countries, named after them in order of the alphabet."""
    ends = sorted((first, second))
    name = "-".join(ends).lower()
    return Link.model_validate({"id": name, "title": name, "between": ends, **members})


def links_between(countries: Sequence[str]) -> tuple[Link, ...]:
    """Return a link between each pair of countries."""
    return tuple(link(*pair) for pair in itertools.combinations(countries, 2))


def arrangement(
    name: str, members: Sequence[str], links: Sequence[str], *, since: str | None = "2000-01-01",
    **others: Any,
) -> Arrangement:  # fmt: skip
    """Return an arrangement, in force long before the start; ``since=None``: never."""
    standing = [] if since is None else [{"from": since, "state": "in-force"}]
    return Arrangement.model_validate(
        {
            "id": name,
            "title": name,
            "members": members,
            "links": links,
            "standing": standing,
            **others,
        }
    )


def arrangements(
    *agreed: Arrangement,
    countries: Sequence[str] = COUNTRIES[:3],
    links: Sequence[Link] | None = None,
) -> Arrangements:
    """Return participants, a link between each two (unless named), and what they agreed."""
    return Arrangements.model_validate(
        {
            "participants": {country: {"name": country, "zone": "UTC"} for country in countries},
            "links": links_between(countries) if links is None else links,
            "arrangements": agreed,
        }
    )


def scenario(*events: EventBase, seed: int = 7, **header: Any) -> Scenario:
    """Return a scenario with these events."""
    return Scenario.model_validate(
        {
            "feed": "1",
            "id": "made",
            "title": "Made",
            "exercise": "MORNING CALM",
            "starts": _STARTS,
            "seed": seed,
            "events": events or (meeting(),),
            **header,
        }
    )


def event_stream(*events: EventBase, seed: int = 7, **header: Any) -> EventStream:
    """Return a story with these events."""
    return event_stream_of(scenario(*events, seed=seed, **header))


def size(message: Message) -> int:
    """Return how many bytes a message of a made scenario has as it is sent."""
    return measure_of(scenario(), arrangements())(message)


def sharing(
    agreed: Arrangements,
    *events: EventBase,
    seed: int = 7,
    recipients: Sequence[str] | None = None,
    as_of: int | None = None,
) -> Sharing:
    """Return the arrangements as they stand during a story with these events."""
    gathered = gather(scenario(*events, seed=seed), events)
    return Sharing(
        agreed, gathered, seed=seed, recipients=recipients or agreed.countries(), as_of=as_of
    )


def plan(
    *events: EventBase,
    agreed: Arrangements | None = None,
    seed: int = 7,
    recipients: Sequence[str] | None = None,
    **header: Any,
) -> Plan:
    """Return the plan of a story with these events."""
    agreed = agreed or arrangements()
    return Plan(
        event_stream(*events, seed=seed, **header),
        sharing(agreed, *events, seed=seed, recipients=recipients),
    )


def message(
    at: float = 0,
    originator: str = "KOR",
    kind: Kind = "launch",
    event: str = "rocket",
    number: int = 1,
    **members: Any,
) -> Message:
    """Return a message about warning data."""
    made = Message(
        key=f"{event}.{originator.lower()}.{number}",
        event=event,
        kind=kind,
        type="alert",
        originator=originator,
        at=START + round(at * SECOND),
        offset_s=9 * 3600,
        expires=None,
        references=(),
        release="arrangement" if kind in {"launch", "track", "impact"} else "public",
        to=None,
        partial=False,
        data={},
    )
    return made._replace(**members)


def delivery(due: float = 0, recipient: str = "JPN", number: int = 0) -> Delivery:
    """Return a delivery that is due so many seconds after the start."""
    made = message(at=due, number=number + 1)
    return Delivery(made.at, recipient, number, made, "accord", ("KOR", recipient))


_FEW_SECONDS = st.integers(min_value=0, max_value=90)
"""few enough that many things happen at one moment"""


@st.composite
def _any_delay(draw: st.DrawFn) -> dict[str, str]:
    low, high = sorted((draw(_FEW_SECONDS), draw(_FEW_SECONDS)))
    return {"at_least": f"PT{low}S", "at_most": f"PT{high}S"}


@st.composite
def any_arrangements(draw: st.DrawFn) -> Arrangements:
    """Draw two to five countries, links between some of them, and arrangements over some links."""
    countries = COUNTRIES[: draw(st.integers(2, 5))]
    pairs = list(itertools.combinations(countries, 2))
    joined = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    links = [link(*pair, delay=draw(_any_delay())) for pair in joined]
    junction = {"id": "hub", "title": "hub", "at": draw(st.sampled_from(countries))}
    links.append(Link.model_validate({**junction, "delay": draw(_any_delay())}))
    names = st.lists(st.sampled_from([each.id for each in links]), min_size=1, unique=True)
    agreed = [
        arrangement(
            f"accord-{n}",
            draw(st.lists(st.sampled_from(countries), min_size=2, unique=True)),
            draw(names),
            since=draw(st.sampled_from(["2000-01-01", "2000-01-01", "2030-01-01", None])),
            third_party=draw(st.booleans()),
            needs=draw(st.sampled_from(["nothing", "consent", "request"])),
            kinds=draw(
                st.lists(st.sampled_from(["launch", "track", "impact"]), min_size=1, unique=True)
            ),
            delay=draw(_any_delay()),
        )
        for n in range(draw(st.integers(0, 4)))
    ]
    return arrangements(*agreed, countries=countries, links=links)


@st.composite
def any_cuts(draw: st.DrawFn, agreed: Arrangements) -> list[EventBase]:
    """Draw moments at which links go down or come up, and arrangements change."""
    links = st.sampled_from([each.id for each in agreed.links])
    cuts: list[EventBase] = [
        draw(st.sampled_from([cut, restore]))(draw(links), draw(_FEW_SECONDS))
        for _ in range(draw(st.integers(0, 4)))
    ]
    if agreed.arrangements:
        names = st.sampled_from([each.id for each in agreed.arrangements])
        becomes = st.sampled_from(["in-force", "out-of-force"])
        cuts += [
            agreement(f"change-{n}", draw(_FEW_SECONDS), draw(names), draw(becomes))
            for n in range(draw(st.integers(0, 3)))
        ]
    return cuts


@st.composite
def any_events(draw: st.DrawFn, agreed: Arrangements) -> list[EventBase]:
    """Draw a story of all kinds of events, with corrections, repeats, late claims and cut links."""
    country = st.sampled_from(agreed.countries())
    release = st.sampled_from(["public", "arrangement"])
    events = draw(any_cuts(agreed))
    for n in range(draw(st.integers(1, 6))):
        at, who = draw(_FEW_SECONDS), draw(country)
        name = f"event-{n}"
        common = {
            "release": draw(release),
            "to": draw(st.none() | st.lists(country, min_size=1, unique=True)),
            "claims": [
                claim(draw(country), draw(_FEW_SECONDS)) for _ in range(draw(st.integers(0, 2)))
            ],
        }
        kind = draw(st.sampled_from(["alert", "meeting", "incident", "repeat", "launch"]))
        if kind == "alert":
            events.append(alert(name, at, who, areas=["North", "South", "East"], **common))
        elif kind == "meeting":
            events.append(meeting(name, at, who, **common))
        elif kind == "launch":
            seen = draw(st.lists(country, unique=True))
            events.append(launch(name, at, seen, claims=common["claims"]))
        else:
            many = {"count": draw(st.integers(2, 9)), "until": moment(at + 60), "spread": "seeded"}
            repeat = many if kind == "repeat" else None
            events.append(incident(name, at, who, repeat=repeat, **common))
        if kind == "repeat":
            continue
        for m in range(draw(st.integers(0, 3))):
            others: dict[str, Any] = {"name": f"{name}-correction-{m}"}
            if draw(st.booleans()):
                others["originator"] = draw(country)
            if kind == "alert" and draw(st.booleans()):
                others["areas"] = draw(st.sampled_from([["North"], ["South", "East"]]))
            as_ = draw(st.sampled_from(["update", "cancel", "all-clear"]))
            events.append(correction(name, as_, draw(_FEW_SECONDS), **others))
    return draw(st.permutations(events))


CLOCK = {
    "run": "01a",
    "epoch": 1,
    "state": "playing",
    "rate": 1.5,
    "position_s": 3.25,
    "duration_s": 60,
    "time": "2023-12-19T09:00:00.000+09:00",
    "topic": "exercise/v1/a/clock",
    "wall": "2026-01-01T00:00:00.000+00:00",
    "late_ms": 0,
}
"""what a player says of its clock, as it stands on the broker"""
