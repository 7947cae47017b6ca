"""How the report looks."""

from feed.web.report_style import STYLE


def test_it_is_made_for_paper_too() -> None:
    """The mark is printed on every page, and rows are not torn apart."""
    printed = STYLE.partition("@media print")[2]

    assert "table-header-group" in printed
    assert "break-inside: avoid" in STYLE
    assert STYLE.count("{") == STYLE.count("}")
