"""The door of the command line: exit codes, and one place where errors become words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..errors import InputError
from .commands import BAD_INPUT, COMMANDS
from .console import complain
from .parser import make_parser

if TYPE_CHECKING:
    from collections.abc import Sequence

CANCELLED: Final = 130
FAILED: Final = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        Words after the program's name; by default those of the process.

    Returns
    -------
    int
        0 where it went well; 1 where no plan was found or a file could not be written; 2 for bad input, with every
        issue on standard error; 130 where it was cancelled before there was a plan.
    """
    args = make_parser().parse_args(argv)
    try:
        return COMMANDS[args.command](args)
    except InputError as error:
        complain(str(error))
        return BAD_INPUT
    except BrokenPipeError:  # the reader of our output has left; nothing more to tell
        return FAILED
    except OSError as error:
        complain(f"{error.filename or 'file'}: {error.strerror or error}")
        return FAILED
    except KeyboardInterrupt:
        complain("Dibatalkan; tidak ada yang ditulis.")
        return CANCELLED
