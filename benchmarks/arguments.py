"""Numbers on the command line, read the same way by every command."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def at_least(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` to 2^31 - 1."""

    def read(text: str) -> int:
        value = int(text)
        if not least <= value < 2**31:
            message = f"{text} is not between {least} and 2^31 - 1"
            raise argparse.ArgumentTypeError(message)
        return value

    return read


def count(text: str) -> int:
    """Read a whole number of at least 1."""
    value = int(text)
    if value < 1:
        message = f"{text} is not at least 1"
        raise argparse.ArgumentTypeError(message)
    return value


def positive(text: str) -> float:
    """Read a finite number above 0."""
    value = float(text)
    if not 0 < value < float("inf"):
        message = f"{text} is not a number above 0"
        raise argparse.ArgumentTypeError(message)
    return value
