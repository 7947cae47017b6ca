"""Figures of this machine, each beside a peer measured in the same run: ``make bench``.

Every run that is timed is also counted: what was to arrive has arrived, or there is no figure.
"""

import importlib
import sys
import types
from pathlib import Path

# gmqtt installs a package named ``tests``, which would be found before this folder.
ours = types.ModuleType("tests")
ours.__path__ = [str(Path(__file__).resolve().parents[1])]
sys.modules["tests"] = ours

if __name__ == "__main__":
    importlib.import_module("tests.bench.command").main()
