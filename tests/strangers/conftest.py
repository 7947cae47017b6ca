"""What the tests compare with: other people's schemas."""

import pytest
from lxml import etree

from tests.cap_schemas import schemas_of_cap


@pytest.fixture(scope="session")
def cap_schemas(tmp_path_factory: pytest.TempPathFactory) -> list[etree.XMLSchema]:
    """Give OASIS's schema of CAP 1.2, and the one with the rules that OASIS has in words only."""
    return schemas_of_cap(tmp_path_factory.mktemp("cap"))
