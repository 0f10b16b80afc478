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
_CANCELLED: Final = "Dibatalkan; tidak ada yang ditulis."


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
    except Exception as error:
        # Cut off while it compiles, numba stumbles over its own half-made parts: to the person it is the same Ctrl-C.
        if not _is_cancelled(error):
            raise
        complain(_CANCELLED)
        return CANCELLED
    except KeyboardInterrupt:
        complain(_CANCELLED)
        return CANCELLED


def _is_cancelled(error: BaseException | None) -> bool:
    """Tell whether an error came while Ctrl-C was being handled."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False
