"""Packages of npm for tests: fetched once in CI, and kept; at home what was never fetched skips."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.brokers import lacking, need

__all__ = ["with_package"]


def with_package(folder: Path, name: str, version: str) -> Path:
    """Give a folder the package of a version, as ``npm install`` would; return the folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "alert-feed-tests"
    kept = cache / f"{name.replace('/', '-').lstrip('@')}-{version}"
    if not (kept / "node_modules").is_dir():
        if "CI" not in os.environ:
            lacking(f"{name} {version} of npm is not there; CI=true fetches it")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            package = Path(work) / "package"
            package.mkdir()
            (package / "package.json").write_text('{"private": true}', encoding="utf-8")
            options = ("--no-audit", "--no-fund", "--ignore-scripts", "--silent")
            subprocess.run(
                [need("npm"), "install", *options, f"{name}@{version}"], cwd=package, check=True
            )
            shutil.rmtree(kept, ignore_errors=True)
            package.rename(kept)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "node_modules").symlink_to(kept / "node_modules")
    return folder
