"""Three sites over lines of their own: ``make sites``; ``page`` and ``watcher`` run at a site."""

import importlib
import sys
import types
from pathlib import Path

# gmqtt installs a package named ``tests``, which would be found before this folder.
ours = types.ModuleType("tests")
ours.__path__ = [str(Path(__file__).resolve().parents[1])]
sys.modules["tests"] = ours

if __name__ == "__main__":
    part = sys.argv[1] if sys.argv[1:2] in (["page"], ["watcher"]) else "command"
    importlib.import_module(f"tests.lines.{part}").main()
