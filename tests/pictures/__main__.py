"""``python tests/pictures``: make the pictures of the README anew, in docs/pictures."""

import importlib
import sys
import types
from pathlib import Path

# gmqtt installs a package named ``tests``, which would be found before this folder.
ours = types.ModuleType("tests")
ours.__path__ = [str(Path(__file__).resolve().parents[1])]
sys.modules["tests"] = ours

if __name__ == "__main__":
    sys.exit(importlib.import_module("tests.pictures.command").main())
