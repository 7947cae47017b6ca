"""What runs a broker for others, as a service and in a container: closed up, true to the verbs."""

import json
import re
import shlex
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from feed.broker.cluster import Cluster, cluster_of
from feed.cli import invoke
from tests.commands import ROOT

DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "alert-feed.service").read_text(encoding="utf-8")
CLUSTER = (DEPLOY / "alert-feed.service.d" / "cluster.conf").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = {
    name: service
    for file in ("compose.yaml", "cluster.yaml")
    for name, service in yaml.safe_load((DEPLOY / file).read_text(encoding="utf-8"))[
        "services"
    ].items()
}
STEPS = [
    (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
    for line in (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    if re.match(r"[A-Z]+ ", line)
]


def understood(arguments: list[str]) -> bool:
    """Tell whether a verb has the options that it is given."""
    return invoke([*arguments, "--help"]) == 0


def test_an_option_that_is_none_is_not_understood() -> None:
    """So that the tests below can fail."""
    assert not understood(["broker", "--nothing-like-it"])


def test_the_image_is_small_pinned_and_nobody_is_root_in_it() -> None:
    """Of the stages the last one counts."""
    bases = [value.split()[0] for step, value in STEPS if step == "FROM"]
    last = STEPS[max(number for number, (step, _) in enumerate(STEPS) if step == "FROM") :]
    users = [value for step, value in last if step == "USER"]

    assert all(re.fullmatch(r"docker\.io/library/python:3\.\d+-\S+", base) for base in bases)
    assert users == ["feed"]
    assert json.loads(dict(last)["ENTRYPOINT"]) == ["feed"]
    assert understood(json.loads(dict(last)["CMD"]))


def test_the_image_is_built_from_what_is_there() -> None:
    """All that the wheel is made of is let in, and nothing else."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    admitted = {line[1:] for line in lines if line.startswith("!")}

    assert lines[1] == "*"
    assert all((ROOT / name).exists() for name in admitted)
    assert admitted >= {"feed", "scenarios", "dashboard", "pyproject.toml", "hatch_build.py"}
    assert admitted >= {"README.md", "LICENSE", ".ci/requirements.txt"}
    assert not admitted & {"workshop", ".git", ".venv"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_nothing_that_it_does_not_need(name: str) -> None:
    """No root to write to, no capability, no way to more."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert not service["user"].removeprefix("${FEED_UID:-").startswith(("0", "root"))
    assert understood([word.partition("${")[0] or "x" for word in service["command"]])


@pytest.mark.parametrize("name", ["broker", "node"])
def test_the_container_is_asked_whether_it_works(name: str) -> None:
    """By a verb, and at the ports that are handed on, or are the machine's own."""
    service = SERVICES[name]
    program, verb, *options = service["healthcheck"]["test"][1:]

    assert program == "feed"
    assert understood([verb, *options])
    if "ports" in service:
        assert service["ports"] == ["8883:8883", "8084:8084"]
    else:
        assert service["network_mode"] == "host"


def node_of(arguments: list[str]) -> Cluster | None:
    """Return the node that a command line asks for."""
    said = dict(pairwise(arguments))
    return cluster_of(said["--cluster"], int(said["--node"]), said["--routes"])


def test_a_node_of_a_cluster_is_what_the_heads_of_the_files_say() -> None:
    """The settings that are shown there make three nodes of what is started."""
    shown = re.search(r"CLUSTER=(\w+)\\nNODE=(\d)\\nROUTES=([^\\]+)\\n", CLUSTER)
    command = re.search(r"^ExecStart=(\S+feed .*)$", CLUSTER, re.MULTILINE)
    assert shown is not None
    assert command is not None
    settings = dict(zip(("CLUSTER", "NODE", "ROUTES"), shown.groups(), strict=True))
    arguments = [
        re.sub(r"\$\{(\w+)\}", lambda m: settings[m[1]], one) for one in shlex.split(command[1])[1:]
    ]
    in_container = [
        re.sub(r"\$\{FEED_(\w+):.*\}", lambda m: settings.get(m[1], "a.example"), one)
        for one in SERVICES["node"]["command"]
    ]

    assert understood(arguments)
    assert understood(in_container)
    assert node_of(arguments) is not None
    assert node_of(arguments) == node_of(in_container)


def test_the_service_runs_a_verb_and_is_closed_up(tmp_path: Path) -> None:
    """As systemd itself sees it."""
    command = re.search(r"^ExecStart=(.*)$", UNIT, re.MULTILINE)
    assert command is not None
    program, *arguments = shlex.split(command[1])
    assert understood(arguments)

    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("systemd is not installed")
    unit = tmp_path / "alert-feed.service"
    unit.write_text(UNIT.replace(program, "/bin/true"), encoding="utf-8")
    for asked in (["verify"], ["security", "--offline=true", "--threshold=20"]):
        done = subprocess.run(
            [systemd, "--no-pager", *asked, unit], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    (tmp_path / "alert-feed.service.d").mkdir()
    dropped = tmp_path / "alert-feed.service.d" / "cluster.conf"
    dropped.write_text(CLUSTER.replace(program, "/bin/true"), encoding="utf-8")
    done = subprocess.run(
        [systemd, "--no-pager", "verify", unit], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
