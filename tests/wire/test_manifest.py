"""Reading manifests that anybody may have written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.wire.manifest import LARGEST_STANDING, Manifest, decode_manifest
from tests.absurd import absurd, each_absurd

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_what_is_used_is_kept() -> None:
    """Members that are not known are ignored; those that are missing are empty."""
    manifest = decode_manifest(b'{"run":"01x","title":"T","countries":["NOR"],"new":{"a":1}}')

    assert manifest == Manifest(run="01x", title="T", countries=["NOR"])
    assert decode_manifest(b"{}") == Manifest()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"no JSON",
        b"\xff",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"countries":5}',
        b'{"countries":null}',
        b'{"countries":["NOR; rm -rf ~"]}',
        b'{"countries":["NOR\\n"]}',
        b'{"countries":["\xeb\xb6\x81\xed\x95\x9c\xec\x99"]}',
        json.dumps({"countries": ["NOR"] * 301}).encode(),
        json.dumps({"title": "x" * 1001}).encode(),
        b'{"title":5}',
        b'{"run":"../../x"}',
        b" " * LARGEST_STANDING + b"{}",
    ],
    ids=lambda payload: repr(payload[-40:]),
)
def test_what_is_none_is_refused(payload: bytes) -> None:
    """With a ValueError, whatever it is, so that whoever reads it can leave it out."""
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own words are not shown
        decode_manifest(payload)


@given(st.dictionaries(st.sampled_from(["run", "title", "countries", "x"]), JSON))
def test_any_object_is_read_or_refused(members: dict[str, object]) -> None:
    """Nothing else happens, and the countries that are read are codes."""
    try:
        manifest = decode_manifest(json.dumps(members).encode())
    except ValueError:
        return
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in manifest.countries)


USUAL = {
    "run": "01a",
    "exercise": "CALM",
    "scenario": "calm",
    "title": "Calm",
    "titles": {"ja": "x"},
    "countries": ["NOR"],
    "topic": "exercise/v1/calm/manifest",
}


@each_absurd(USUAL)
@given(absurd(USUAL))
def test_no_number_of_a_stranger_is_taken_for_a_text(payload: bytes) -> None:
    """A manifest has texts alone, of a length that can be shown."""
    try:
        manifest = decode_manifest(payload)
    except ValueError:
        return
    texts = [manifest.title, manifest.exercise, manifest.scenario, *manifest.titles.values()]
    assert all(len(text.encode()) <= 4000 for text in texts)
    assert all(len(code.encode()) <= 140 for code in (*manifest.titles, *manifest.countries))
