"""The rules of the house, read from the source: who may import whom, and what stays pure."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "feed"

FLOORS = (  # top to bottom; a floor imports only what is below it
    ("cli", "testing"),
    ("api", "bench"),
    ("app",),
    ("files", "broker", "mqtt", "terminal", "web"),
    ("clock",),
    ("wire", "export"),
    ("wording",),
    ("core",),
    ("flight",),
    ("model",),
    ("errors",),
)
HEIGHT = {room: -depth for depth, floor in enumerate(FLOORS) for room in floor}
PURE = ("model", "core", "wording", "wire", "export", "flight")
SOURCES = sorted(PACKAGE.rglob("*.py"))
"""Each rule is one test of them all, which names every place that breaks it."""

# fmt: off
IMPURE = frozenset((
    "asyncio", "concurrent", "fcntl", "glob", "http", "importlib", "io", "logging",
    "multiprocessing", "os", "pathlib", "random", "secrets", "select", "selectors", "shutil",
    "signal", "socket", "sqlite3", "ssl", "structlog", "subprocess", "tempfile", "threading",
    "time", "urllib", "uuid",
))
# fmt: on
"""what a pure room does not import: clocks, files, processes, networks, logs, chance"""

OWNERS = {  # libraries that one room alone may know of
    "aiomqtt": ("mqtt", "bench"),
    "gmqtt": ("mqtt",),
    "paho": ("mqtt",),
    "sqlite3": ("files",),
    "matplotlib": ("terminal",),
    "typer": ("cli",),
    "pytest": ("testing",),
    "mcap": ("files", "export"),
    "junitparser": ("files",),
    "cryptography": ("files", "wire"),
    "bcrypt": ("files",),
}

COUNTRY = re.compile(r"(?<![A-Za-z])(KOR|JPN|USA|kor|jpn|usa)(?![A-Za-z])")
EXAMPLE = re.compile(r"such as .*")
PROSE = frozenset({"description", "examples", "example", "json_schema_extra", "help", "epilog"})
"""arguments that explain; a country may be named there as an example"""

MOST_LINES = 350

WITHOUT_TEST: dict[str, str] = {
    "__main__.py": "it only calls the command line",
}
"""files without a test file of their own, and why"""


def name_of(path: Path) -> str:
    """Return a path as it is written in the project."""
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    """Return the room a file stands in; the package's own files stand above all."""
    inside = path.relative_to(PACKAGE)
    if len(inside.parts) > 1:
        return inside.parts[0]
    return "" if inside.stem.startswith("__") else inside.stem


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), name_of(path))


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever the import stands."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relative to itself"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Yield every call of a plain or dotted name, with its line."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.lineno, ast.unparse(node.func)


def texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the string constants of a tree, but not docstrings and explaining arguments."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.keyword) and child.arg in PROSE:
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value
        yield from texts(child)


def in_rooms(*rooms: str) -> list[Path]:
    """Return the files of some rooms."""
    return [path for path in SOURCES if room_of(path) in rooms]


def test_imports_go_down() -> None:
    """A module imports from its own room or a lower floor, never from above or beside."""
    upwards = []
    for path in SOURCES:
        here = room_of(path)
        for imported in imports(path):
            there = imported.split(".")[1] if imported.startswith("feed.") else ""
            if here and there in HEIGHT and there != here and HEIGHT[there] >= HEIGHT[here]:
                upwards.append(f"{name_of(path)} imports {imported}")

    assert not upwards


def test_every_room_has_a_floor() -> None:
    """No folder with code and no module stands outside the plan of the house."""
    rooms = {room_of(path) for path in SOURCES} - {""}

    assert rooms <= set(HEIGHT), f"put {rooms - set(HEIGHT)} on a floor"


def test_pure_rooms_touch_nothing_outside() -> None:
    """A pure room imports no clock, file, process, network, log or chance, and opens nothing."""
    foreign = [
        f"{name_of(path)} imports {imported}"
        for path in in_rooms(*PURE)
        for imported in imports(path)
        if imported.split(".")[0] in IMPURE
    ]
    touched = [
        f"{name_of(path)}:{line} calls {called}"
        for path in in_rooms(*PURE)
        for line, called in calls(path)
        if called in {"open", "input", "print", "exec", "eval", "__import__"}
        or called.rsplit(".")[-1] in {"now", "utcnow", "today"}
        or ".random." in f".{called}"
    ]

    assert not foreign
    assert not touched


def test_pure_rooms_wait_for_nothing() -> None:
    """Nothing in a pure room is asynchronous."""
    waiting = ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith

    assert not [
        f"{name_of(path)}:{node.lineno}"
        for path in in_rooms(*PURE)
        for node in ast.walk(tree_of(path))
        if isinstance(node, waiting)
    ]


def test_only_the_clock_reads_a_clock_or_sleeps() -> None:
    """Whoever needs the time is told it, and whoever has to wait asks the clock."""
    others = [path for path in SOURCES if room_of(path) != "clock"]
    asleep = [
        f"{name_of(path)}:{line} calls {called}"
        for path in others
        for line, called in calls(path)
        if called in {"asyncio.sleep", "anyio.sleep", "sleep"}
        or called.endswith((".datetime.now", ".datetime.utcnow", ".date.today", "_loop().time"))
        or called in {"datetime.now", "datetime.utcnow", "date.today", "loop.time"}
    ]

    assert not asleep
    assert not [
        f"{name_of(path)} imports {imported}"
        for path in others
        for imported in imports(path)
        if imported in {"time", "sched", "asyncio.sleep"}
    ]


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_is_known_to_its_room_alone(library: str) -> None:
    """What stands behind one door is imported behind that door only."""
    elsewhere = [
        name_of(path)
        for path in SOURCES
        if room_of(path) not in OWNERS[library]
        and any(imported.split(".")[0] == library for imported in imports(path))
    ]

    assert not elsewhere, f"only {OWNERS[library]} may import {library}"


def test_no_code_names_a_country() -> None:
    """Countries are data; the code names one only to explain."""
    named = [
        f"{name_of(path)}:{line}: {text!r}"
        for path in SOURCES
        for line, text in texts(tree_of(path))
        if COUNTRY.search(EXAMPLE.sub("", text))
    ]

    assert not named


def test_every_file_has_its_test() -> None:
    """The tests stand in the same tree as the code, one file for each."""
    insides = [path.relative_to(PACKAGE) for path in SOURCES if path.name != "__init__.py"]
    tests = [
        ROOT / "tests" / inside.with_name(f"test_{inside.name.lstrip('_')}")
        for inside in insides
        if inside.as_posix() not in WITHOUT_TEST
    ]

    assert not [name_of(test) for test in tests if not test.is_file()]


def test_no_file_is_longer_than_one_can_read() -> None:
    """A longer one has a part in it that deserves a name of its own."""
    lines = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}

    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def classes() -> dict[str, list[str]]:
    """Return where each class name stands; a leading underscore makes no other name of it."""
    found: dict[str, list[str]] = {}
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                place = f"{name_of(path)}:{node.lineno}"
                found.setdefault(node.name.lstrip("_"), []).append(place)
    return found


def test_a_class_name_stands_for_one_class() -> None:
    """Whoever reads a name in one room knows what it means in every other."""
    twice = {name: places for name, places in classes().items() if len(places) > 1}

    assert twice == {}


def test_exceptions_are_not_kept_longer_than_needed() -> None:
    """What is named as an exception to a rule is there."""
    assert all((PACKAGE / name).is_file() for name in WITHOUT_TEST)


def test_tests_are_no_package() -> None:
    """Test files are imported one by one, so equal names may stand in several folders."""
    assert not [name_of(path) for path in (ROOT / "tests").rglob("__init__.py")]


def test_the_rules_notice() -> None:
    """The readers of the source see what they are asked for."""
    tree = ast.parse('"""KOR"""\nx = "JPN"\nField(description="USA", default="usa-1")\nf"{x} KOR"')

    assert [text for _, text in texts(tree) if COUNTRY.search(text)] == ["JPN", "usa-1", " KOR"]
    assert not COUNTRY.search("usable")
    assert "feed.model.time" in set(imports(PACKAGE / "core" / "playhead.py"))
    assert "heapq.heappush" in {called for _, called in calls(PACKAGE / "core" / "plan.py")}
