"""Speaking to the person at the terminal: results to standard output, problems and progress to standard error."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Final, TextIO

from ..units import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..solvers.progress import Progress

_PHASES: Final = {
    "allocation": "membagi stok",
    "travel": "menghitung jalan",
    "routing": "menyusun rute",
    "rest": "mengisi sisa armada",
    "boats": "menyusun perahu",
    "explain": "mencari sebab",
    "verify": "memeriksa",
}
_FULL: Final = 1000


def say(text: str) -> None:
    """Print to standard output."""
    _write(sys.stdout, text)


def complain(text: str) -> None:
    """Print to standard error."""
    _write(sys.stderr, text)


def _write(stream: TextIO, text: str) -> None:
    # A console of another code page shows a question mark rather than stop a finished plan.
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, errors="replace").decode(encoding) + "\n")
    stream.flush()


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None]]:
    """Show how far a solve is and its best objective so far; nothing where standard error is no terminal."""
    from tqdm import tqdm

    layout = "{desc:<18}{percentage:3.0f}%|{bar}| {elapsed} {postfix}"
    with tqdm(total=_FULL, bar_format=layout, disable=None, leave=False, file=sys.stderr) as bar:

        def show(progress: Progress) -> None:
            bar.set_description_str(_PHASES.get(progress.phase, progress.phase), refresh=False)
            best = format_number(progress.objective) if abs(progress.objective) < float("inf") else "-"
            bar.set_postfix_str(f"terbaik {best}", refresh=False)
            bar.n = max(0, min(_FULL, round(progress.fraction * _FULL)))
            bar.refresh()

        yield show


@contextmanager
def stop_on_ctrl_c(show: Callable[[Progress], None]) -> Iterator[Callable[[Progress], None]]:
    """Let the first Ctrl-C end the search at its next report, wherever it comes; the second ends the program at once.

    Raised in the middle of a compilation, of the hours between two searches or of the last check, it would lose the plan.
    """
    pressed: list[int] = []

    def press(number: int, _frame: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)
        # Not through `complain`: the signal may come while it writes.
        os.write(2, b"\nMenghentikan pencarian; Ctrl-C sekali lagi membatalkan.\n")

    def tell(progress: Progress) -> None:
        show(progress)
        if pressed:
            raise KeyboardInterrupt

    # Where somebody else handles it, or in a thread, which gets no signals, it stays as it is.
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or current_thread() is not main_thread():
        yield show
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield tell
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
