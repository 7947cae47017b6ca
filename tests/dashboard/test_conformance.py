"""The page folds messages as everybody else here does: both are held to the same file.

``tests/conformance/pictures.json`` says, for the messages of every golden file, which events each
country's picture holds after which message, wherever that changes.  Here it is compared with
``feed.core.picture``, in ``dashboard/tests/unit/conformance.test.ts`` with the page's fold.
"""

import json
from collections import defaultdict
from collections.abc import Iterator

import pytest

from feed.core.picture import Picture
from feed.wire.envelope import decode, message_of
from tests.commands import ROOT

GOLDEN = ROOT / "tests" / "golden"
FILE = ROOT / "tests" / "conformance" / "pictures.json"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.wire"))


def payloads(name: str) -> Iterator[bytes]:
    """Yield the messages of a golden file in their order, without the sums of the rest."""
    for line in (GOLDEN / f"{name}.wire").read_text(encoding="utf-8").splitlines():
        payload = line.split(" ", 2)[2]
        if payload.startswith("{"):
            yield payload.encode()


def changes(name: str) -> list[list[object]]:
    """Return [number of the message, country, events that stand] wherever they change."""
    pictures: defaultdict[str, Picture] = defaultdict(Picture)
    found: list[list[object]] = []
    for number, payload in enumerate(payloads(name)):
        envelope = decode(payload)
        message, due = message_of(envelope)
        picture = pictures[envelope.recipient]
        before = sorted(picture.shown)
        picture.fold(message, due)
        if sorted(picture.shown) != before:
            keys = sorted("/".join(key) for key in picture.shown)
            found.append([number, envelope.recipient, keys])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_pictures_are_those_of_the_file(name: str, request: pytest.FixtureRequest) -> None:
    """A difference is a change of the contract, for both."""
    if request.config.getoption("--update-golden"):
        kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
        kept = dict(sorted((kept | {name: changes(name)}).items()))
        lines = ",\n".join(
            f'"{each}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]"
            for each, rows in kept.items()
        )
        FILE.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")

    assert json.loads(FILE.read_text(encoding="utf-8"))[name] == changes(name)
