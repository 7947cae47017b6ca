"""Tests of statements: what officials said, also as a claim about another event."""

from feed.model.claim import Claim
from feed.model.statement import StatementBody, statement_of_claim
from feed.model.time import Instant, parse_moment
from tests import make

START = Instant(make.START, 9 * 3600)


def test_a_statement_fits_its_published_body() -> None:
    """What goes out is what the schema promises."""
    event = make.statement(text={"ko": "말"}, role="Minister", occasion="briefing", about="rocket")
    (draft,) = event.drafts(START)
    StatementBody.model_validate(draft.data)
    assert (draft.kind, draft.originator) == ("statement", "JPN")


def test_the_speakers_country_reports_unless_another_is_named() -> None:
    """A statement may be reported by somebody else."""
    assert make.statement(country="PRK").reporter() == "PRK"
    assert make.statement(country="PRK", originator="KOR").reporter() == "KOR"


def test_a_claim_said_in_public_is_a_public_statement() -> None:
    """Whatever the event's own release, saying it made it public."""
    claim = Claim.model_validate(make.claim("JPN", range_km=4600, text="It flew 4,600 km."))
    draft = statement_of_claim(claim, parse_moment("09:40"), "rocket", START)
    StatementBody.model_validate(draft.data)
    assert (draft.kind, draft.event, draft.originator) == ("statement", "rocket", "JPN")
    assert (draft.release, draft.at) == ("public", make.START + 40 * 60 * 1_000_000)
    assert draft.data["claims"][0]["range_km"] == 4600


def test_a_claim_known_by_its_date_says_so() -> None:
    """Precision is honest for claims too."""
    claim = Claim.model_validate(make.claim("JPN"))
    dated = statement_of_claim(claim, parse_moment("2023-12-20"), "rocket", START)
    assert dated.data["precision"] == "date"


def test_a_claim_known_by_its_date_is_played_at_an_assumed_hour() -> None:
    """A claim with a clock time was said then; one with a date only says that its hour is not."""
    claim = Claim.model_validate(make.claim("JPN"))
    dated = statement_of_claim(claim, parse_moment("2023-12-20"), "rocket", START)
    timed = statement_of_claim(claim, parse_moment("09:40"), "rocket", START)
    assert (dated.data["assumed"], timed.data.get("assumed")) == (True, None)
