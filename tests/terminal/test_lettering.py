"""The fonts of a picture, and the letters that none of them has."""

import io
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from feed.errors import UsageError
from feed.terminal.lettering import FONTS, boxes_in, styled
from tests.brokers import lacking


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, before anything is drawn."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # as the import system notes what is not
    with pytest.raises(UsageError, match=r"pip install 'alert-feed\[plot\]'"), styled():
        pytest.fail("nothing can be drawn")


def written(text: str, language: str) -> set[str]:
    """Draw a text, and return its letters that no font has."""
    with styled(language) as missing:
        figure = Figure(figsize=(2, 1))
        figure.text(0.1, 0.5, text)
        figure.savefig(io.BytesIO(), format="png")
    return missing


@pytest.mark.parametrize(("language", "text"), [("ja", "青森上空の警報"), ("ko", "경보 발령")])
def test_a_font_of_the_machine_has_the_letters(language: str, text: str) -> None:
    """Where one is installed."""
    if not {font.name for font in fontManager.ttflist} & set(FONTS[language]):
        lacking(f"no font for {language} is installed")
    assert written(text, language) == set()


def test_letters_that_no_font_has_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence that names them and a remedy; an SVG holds the words themselves."""
    monkeypatch.setattr("feed.terminal.lettering.FONTS", {})
    missing = written("青森 ok", "ja")

    assert missing == set("青森")
    told = boxes_in(Path("out.png"), missing)
    assert told.startswith("no font on this machine has 森青, so they are boxes in out.png; ")
    assert boxes_in(Path("out.svg"), missing) == ""
    assert boxes_in(Path("out.png"), set()) == ""
