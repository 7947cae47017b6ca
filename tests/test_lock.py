"""The lock of ``.ci/run``: everything is pinned with hashes, nothing says where it comes from."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.commands import ROOT

LOCK = (ROOT / ".ci" / "requirements.txt").read_text(encoding="utf-8")
PINNED = dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", LOCK, re.MULTILINE))


def asked() -> list[Requirement]:
    """Return what the project and its tests ask for."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = about["optional-dependencies"]
    names = [*about["dependencies"], *extras["dev"], *extras["plot"], *extras["export"]]
    found = map(Requirement, names)
    return [one for one in found if one.marker is None or one.marker.evaluate()]


def test_everything_that_is_asked_for_is_pinned() -> None:
    """Whoever adds a dependency runs 'make lock'."""
    for one in asked():
        name = canonicalize_name(one.name)
        if name == "alert-feed":
            continue
        assert name in PINNED, f"{name} is not in .ci/requirements.txt; run 'make lock'"
        assert one.specifier.contains(PINNED[name], prereleases=True), f"{name}: run 'make lock'"


def test_every_pin_has_a_hash_and_nothing_names_a_place() -> None:
    """The same files from whichever index, and no address in it."""
    entries = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)

    assert len(PINNED) > 50
    for entry in filter(None, map(str.strip, entries)):
        if not entry.startswith("#"):
            assert "--hash=sha256:" in entry, entry
    assert not re.search(r"://|index-url|trusted-host|find-links", LOCK)
