"""Speaking to the person at the terminal: results to standard output, problems and progress to standard error."""

from __future__ import annotations

import sys
from contextlib import contextmanager
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
