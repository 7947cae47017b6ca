"""``python tests/dashboard/walk``: the five answers at every moment of a story, on the page."""

import importlib
import sys
import types
from pathlib import Path

# gmqtt installs a package named ``tests``, which would be found before this folder.
ours = types.ModuleType("tests")
ours.__path__ = [str(Path(__file__).resolve().parents[2])]
sys.modules["tests"] = ours

if __name__ == "__main__":
    sys.exit(importlib.import_module("tests.dashboard.walk.command").main())
