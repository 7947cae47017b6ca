"""A file of faults: what is read, and where it is wrong."""

from pathlib import Path

import pytest

from feed.errors import FilesError, ScenarioError
from feed.files.faults import load_faults
from feed.model.time import Instant

GOOD = """
feed: 1
faults:
  - fault: drop
    country: JPN
    kinds: [track]
    probability: 0.1
  - {fault: delay, by: PT30S, from: 07:25, until: 07:30, repair: yes}
"""


def test_a_file_is_read(tmp_path: Path) -> None:
    """Every scalar is text, and the model knows what it is."""
    path = tmp_path / "faults.yaml"
    path.write_text(GOOD, encoding="utf-8")

    drop, delay = load_faults(path)

    assert (drop.fault, drop.country, drop.probability) == ("drop", ("JPN",), 0.1)
    assert (delay.by, delay.repair) == (30_000_000, True)


def test_every_mistake_has_its_place(tmp_path: Path) -> None:
    """All at once, in the words of who writes it."""
    path = tmp_path / "faults.yaml"
    path.write_text(
        "feed: 1\nfaults:\n  - fault: dorp\n    probability: 3\n  - {fault: drop, contry: JPN}\n",
        encoding="utf-8",
    )

    with pytest.raises(ScenarioError) as caught:
        load_faults(path, shown="f.yaml")

    first, second, third = str(caught.value).splitlines()
    assert first.startswith("f.yaml:3:12: faults.fault: 'dorp' is not one of drop, cut,")
    assert first.endswith("did you mean 'drop'?")
    assert second.startswith("f.yaml:4:18: 'faults.probability' is '3'; it must be at most 1")
    assert third.startswith("f.yaml:5:19: 'contry'")


def test_what_the_model_cannot_see_has_its_place_too(tmp_path: Path) -> None:
    """Beside the scenario that the faults are for."""
    path = tmp_path / "faults.yaml"
    path.write_text(GOOD + "  - {fault: cut, from: 08:00}\n", encoding="utf-8")

    with pytest.raises(ScenarioError) as caught:
        load_faults(path, start=Instant(0, 0), countries=["AUS", "PHL"], shown="f.yaml")

    assert str(caught.value).splitlines() == [
        "f.yaml:5:14: 'JPN' is no recipient; they are AUS, PHL",
        "f.yaml:9:13: a cut needs 'from' and 'until'; to let nothing pass use a drop",
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        (b"\xff", "not UTF-8"),
        (b"feed: 1\nfaults: [", "not valid YAML"),
        (b"[1]", "1:1"),
        (b"feed: 1\nfaults: []", "is empty"),
        (b"feed: 1\nfaults:\n  - {fault: drop, fault: cut}", "here twice"),
    ],
)
def test_bad_files_are_said(tmp_path: Path, raw: bytes, said: str) -> None:
    """One sentence each."""
    path = tmp_path / "faults.yaml"
    path.write_bytes(raw)

    with pytest.raises(ScenarioError, match=said):
        load_faults(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """As with every other file."""
    with pytest.raises(FilesError, match="no such file"):
        load_faults(tmp_path / "gone.yaml")
