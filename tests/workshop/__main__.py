"""A secured workshop on machines of its own: ``make workshop``."""

import importlib
import sys
import types
from pathlib import Path

# gmqtt installs a package named ``tests``, which would be found before this folder.
ours = types.ModuleType("tests")
ours.__path__ = [str(Path(__file__).resolve().parents[1])]
sys.modules["tests"] = ours

if __name__ == "__main__":
    part = "browser" if sys.argv[1:2] == ["browser"] else "command"
    importlib.import_module(f"tests.workshop.{part}").main()
