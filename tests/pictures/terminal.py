"""What a terminal shows, as an SVG that needs no font from elsewhere."""

import os
import pty
import re
import select
import struct
import subprocess
import sys
from fcntl import ioctl
from io import StringIO
from termios import TIOCSWINSZ

from rich.console import Console
from rich.text import Text

from feed.clock import SystemClock
from tests.commands import ROOT

__all__ = ["live_view", "svg"]

WIDTH, HEIGHT = 96, 30
_FRAME = re.compile(rb"\x1b\[2K\r?|\x1b\[1A|\x1b\[H")
_FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}"
 xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
<rect width="{width}" height="{height}" rx="8" fill="#0b1118"/>
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def live_view(*arguments: str, environment: dict[str, str], seconds: float) -> bytes:
    """Run feed on a terminal of its own for so long; return the last whole picture that it drew."""
    master, slave = pty.openpty()
    ioctl(slave, TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    shown = dict(environment, TERM="xterm-256color", COLORTERM="truecolor")
    shown.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "feed", *arguments]
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=shown, cwd=ROOT
    )
    os.close(slave)
    drawn = b""
    try:
        clock = SystemClock()
        end = clock.now() + seconds
        while (left := end - clock.now()) > 0:
            if select.select([master], [], [], left)[0]:
                drawn += os.read(master, 65_536)
    finally:
        process.terminate()
        process.wait()
        os.close(master)
    frames = [each for each in _FRAME.split(drawn) if each.count(b"\n") > HEIGHT // 2]
    if len(frames) < 2:
        raise RuntimeError(f"{' '.join(command)} drew no picture: {drawn[-500:]!r}")
    # The last one may have been cut off.
    return frames[-2]


def svg(drawn: bytes) -> str:
    """Return what was drawn with escape sequences as an SVG."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    text = drawn.decode("utf-8", "replace").replace("\r", "").strip("\n")
    console.print(Text.from_ansi(text), no_wrap=True, crop=True)
    return console.export_svg(title="", code_format=_FORMAT, unique_id="t")
