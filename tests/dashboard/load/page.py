"""The page of ``feed dashboard`` on a broker."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.brokers import EmbeddedLike
from tests.commands import Shell

__all__ = ["served"]


@contextmanager
def served(broker: EmbeddedLike) -> Iterator[str]:
    """Serve the page; give its address."""
    folder = Path(tempfile.mkdtemp(prefix="page-"))
    shell = Shell(folder)
    try:
        command = shell.start(
            *("dashboard", "--port", "0", "--websocket-port", str(broker.websocket_port)),
            *("--broker", broker.url_for("observer")),
        )
        yield command.until(r"EXERCISE dashboard: (\S+)").group(1)
    finally:
        shell.close()
        shutil.rmtree(folder)
