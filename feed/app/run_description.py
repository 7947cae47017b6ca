"""What a run is: its id, its names, and what it plays."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feed.core.plan import Plan
from feed.model.base import by_language, one_name
from feed.model.scenario import exercise_slug
from feed.model.time import SECOND, rfc3339
from feed.wire.envelope import CONTRACT, Played
from feed.wire.topics import Topics

__all__ = ["RunDescription", "new_run_id"]

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_DIGITS = 10
_RANDOM_DIGITS = 16


def new_run_id(wall: int) -> str:
    """Return a new id that sorts by the time it was made: a ULID in lower case."""
    number = (wall // 1000) << (5 * _RANDOM_DIGITS) | secrets.randbits(5 * _RANDOM_DIGITS)
    return "".join(
        _LETTERS[(number >> 5 * place) & 31]
        for place in reversed(range(_TIME_DIGITS + _RANDOM_DIGITS))
    )


@dataclass(frozen=True)
class RunDescription:
    """One playing of a scenario."""

    run: str
    exercise: str
    scenario: str
    titles: Mapping[str, str]
    """by language"""
    digest: str
    countries: tuple[str, ...]
    starts: int
    offset_s: int
    arrangements_at: int | None = None
    """the moment at which the arrangements are fixed; None: as they stand at each moment"""

    @classmethod
    def of(cls, run: str, plan: Plan, digest: str) -> "RunDescription":
        """Return what is said of a plan that is played as a run."""
        header = plan.event_stream.header
        return cls(
            run=run,
            exercise=header.exercise,
            scenario=header.id,
            titles=header.title,
            digest=digest,
            countries=plan.sharing.recipients,
            starts=plan.starts,
            offset_s=plan.event_stream.start.offset_s,
            arrangements_at=plan.sharing.as_of,
        )

    @property
    def title(self) -> str:
        """What is played, in English if it has an English title."""
        return one_name(self.titles)

    @property
    def topics(self) -> Topics:
        """The topics it is played on."""
        return Topics(exercise_slug(self.exercise))

    def played(self, epoch: int) -> Played:
        """Return what its messages say of it."""
        return Played(self.run, epoch, self.exercise, exercise_slug(self.exercise))

    def manifest(self, planned: Mapping[str, int] | None, ends: int) -> dict[str, Any]:
        """Return what stands on the manifest topic; ``ends`` is the latest moment known of."""
        manifest: dict[str, Any] = {
            "contract": CONTRACT,
            "status": "Exercise",
            "exercise": f"EXERCISE {self.exercise}",
            "run": self.run,
            "scenario": self.scenario,
            "title": self.title,
            "digest": f"sha256:{self.digest}",
            "countries": list(self.countries),
            "starts": rfc3339(self.starts, self.offset_s),
            "ends": rfc3339(ends, self.offset_s),
            "duration_s": (ends - self.starts) / SECOND,
        }
        if (titles := by_language(self.titles)) is not None:
            manifest["titles"] = titles
        if self.arrangements_at is not None:
            manifest["arrangements_at"] = rfc3339(self.arrangements_at, self.offset_s)
        if planned is not None:
            manifest["planned"] = dict(planned)
        return manifest
