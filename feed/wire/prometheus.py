"""How a run stands, as text that Prometheus reads: the answer to ``status`` in another form.

The text format of version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ["exposition"]

_MS = 1000.0
_STATES = ("loaded", "playing", "paused", "ended")

Sample = tuple[Mapping[str, str], float]


def exposition(answer: Mapping[str, Any]) -> str:
    """Return the metrics of a run from what a player answers to ``status``."""
    lines = ["# EXERCISE: not a real-world alert"]
    exercise = {"exercise": str(answer["status"]["exercise"])}
    for name, kind, about, samples in _metrics(answer):
        lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
        lines += [
            f"{name}{_labels({**exercise, **labels})} {_number(value)}" for labels, value in samples
        ]
    return "\n".join(lines) + "\n"


def _metrics(answer: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Iterable[Sample]]]:
    """Yield (name, type, help, samples)."""
    clock, status = answer["clock"], answer["status"]
    run = {"run": str(status["run"]), "scenario": str(status["scenario"])}
    yield "feed_run_info", "gauge", "The run that is played.", [(run, 1)]
    yield (
        "feed_state",
        "gauge",
        "1 for the state that the run is in.",
        [({"state": each}, float(each == clock["state"])) for each in _STATES],
    )
    for name, about, value in (
        ("feed_position_seconds", "Scenario time since the beginning.", clock["position_s"]),
        ("feed_duration_seconds", "Scenario time from beginning to end.", clock["duration_s"]),
        ("feed_rate", "Scenario seconds per second; +Inf: as fast as can be.", clock["rate"]),
        ("feed_epoch", "Grows by one at every jump in time.", clock["epoch"]),
        ("feed_late_seconds", "How late the newest message was.", clock["late_ms"] / _MS),
        ("feed_latest_seconds", "The latest that any was.", status["latest_ms"] / _MS),
    ):
        yield name, "gauge", about, [({}, float("inf") if value == "max" else float(value))]
    yield "feed_sent_total", "counter", "Messages of this run.", [({}, float(status["sent"]))]
    for name, about, member in (
        ("feed_sequence", "The number of a country's newest message.", "sequences"),
        ("feed_planned", "Messages that are planned for a country.", "planned"),
    ):
        yield name, "gauge", about, _by_country(status[member])
    for name, about, member in (
        ("feed_receiver_online", "1 if a receiver is there.", "online"),
        ("feed_receiver_behind", "Messages that a receiver has not acknowledged.", "behind"),
        ("feed_receiver_missing", "Messages that a receiver lacks for good.", "missing"),
    ):
        yield (
            name,
            "gauge",
            about,
            [
                ({"country": str(one["country"]), "client": str(one["client"])}, float(one[member]))
                for one in status["receivers"]
            ],
        )
    yield (
        "feed_fault_hits_total",
        "counter",
        "Messages that a fault on purpose has hit.",
        [({"fault": str(one["name"])}, float(one["hit"])) for one in status["faults"]],
    )


def _by_country(counts: Mapping[str, int]) -> list[Sample]:
    return [({"country": country}, float(count)) for country, count in counts.items()]


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return "+Inf" if math.isinf(value) else f"{value:.15g}"
