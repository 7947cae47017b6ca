"""Which fonts a picture is written with, and which of its letters none of them has."""

import contextlib
import pathlib
import re
import warnings
from collections.abc import Iterator
from typing import Any, Final

from feed.errors import UsageError

__all__ = ["boxes_in", "styled"]

LATIN: Final = "DejaVu Sans"
"""It comes with matplotlib."""
FONTS: Final = {
    "ja": (
        "Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans", "IPAexGothic", "IPAGothic",
        "Hiragino Sans", "Yu Gothic", "Meiryo", "TakaoGothic", "VL Gothic",
    ),
    "ko": (
        "Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Apple SD Gothic Neo", "Malgun Gothic",
        "UnDotum", "Noto Sans CJK JP",
    ),
}  # fmt: skip
"""Fonts that have the letters of a language, the free ones first; the shapes of Han differ."""
_FILES = re.compile(
    r"cjk|noto\W?sans\W?(jp|kr)|ipa|nanum|gothic|hiragino|meiryo|malgun|dotum", re.IGNORECASE
)
_MISSING = re.compile(r"Glyph (\d+) .* missing")
_SETTINGS: Any = {
    "svg.hashsalt": "feed",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.edgecolor": "#777777",
    "axes.linewidth": 0.6,
}
_MOST_TOLD = 12


@contextlib.contextmanager
def styled(language: str = "en") -> Iterator[set[str]]:
    """Draw as all drawings are; gives the letters for which there was no font, at the end.

    UsageError if the library that draws is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - half a second that other verbs need not wait
    except ImportError as error:
        text = "--plot needs matplotlib, which is not installed: pip install 'alert-feed[plot]'"
        raise UsageError(text) from error
    missing: set[str] = set()
    settings: Any = {**_SETTINGS, "font.family": [LATIN, *_found(language)]}
    with mpl.rc_context(settings), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield missing
    for each in told:
        if letter := _MISSING.match(str(each.message)):
            missing.add(chr(int(letter[1])))
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def boxes_in(path: pathlib.Path, missing: set[str]) -> str:
    """Return a sentence on letters that are boxes in a picture; empty if none is.

    An SVG holds the words themselves: whoever opens it may have the font.
    """
    if not missing or path.suffix.lower() == ".svg":
        return ""
    letters = "".join(sorted(missing)[:_MOST_TOLD]) + ("…" if len(missing) > _MOST_TOLD else "")
    return (
        f"no font on this machine has {letters}, so they are boxes in {path.name}; install one, "
        "such as Debian's fonts-noto-cjk, or write an .svg"
    )


def _found(language: str) -> list[str]:
    """Return the fonts of this machine for Japanese and Korean, those of a language first."""
    from matplotlib.font_manager import findSystemFonts, fontManager  # noqa: PLC0415 - as above

    wanted = [*FONTS.get(language, ()), *(name for names in FONTS.values() for name in names)]
    wanted = list(dict.fromkeys(wanted))
    if not any(font.name in wanted for font in fontManager.ttflist):
        # The library's list of fonts is as old as its first picture on this machine.
        for file in findSystemFonts():
            if _FILES.search(pathlib.Path(file).name):
                with contextlib.suppress(RuntimeError, OSError):
                    fontManager.addfont(file)
    known = {font.name for font in fontManager.ttflist}
    return [name for name in wanted if name in known][:2]
