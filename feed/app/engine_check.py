"""What ``feed doctor`` says of the programs that the embedded broker can run."""

from collections.abc import Iterator, Mapping

from feed.app.finding import Diagnosis
from feed.broker.engines import ENGINES, chosen_engine
from feed.broker.engines.engine import NEWEST, Engine
from feed.errors import UsageError

__all__ = ["of_engines"]


def of_engines(programs: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Yield which engines are there and what each can do; ``programs`` are named by option.

    One that is not there is wrong only if it would be run, or was named.
    """
    try:
        usual = chosen_engine()
    except UsageError as error:
        yield Diagnosis("wrong", str(error))
        return
    for engine in ENGINES:
        needed = engine is usual or engine.OPTION in programs
        try:
            server = engine.find(programs.get(engine.OPTION))
        except UsageError as error:
            yield Diagnosis("wrong" if needed else "note", str(error))
            continue
        what = "embedded broker" if engine is usual else f"with --engine {engine.NAME}"
        yield Diagnosis(
            "ok", f"{what}: {engine.NAME} {server.version} at {server.path}; {_promised(engine)}"
        )


def _promised(engine: Engine) -> str:
    """Return what an engine can do, in one line."""
    promises = engine.PROMISES
    older = ", ".join(each for each in promises.protocols if each != NEWEST)
    newest = "yes" if promises.mqtt_5 else "no"
    pages = "refused" if promises.origins else "let in"
    return (
        f"MQTT {older}; MQTT {NEWEST}: {newest}; kept after kill -9: {promises.kept}; "
        f"without the right {promises.refused}; web pages of others are {pages}"
    )
