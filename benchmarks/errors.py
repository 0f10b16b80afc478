"""What can go wrong in a benchmark run, each with an exit code of the command line."""

from __future__ import annotations

from typing import ClassVar


class BenchmarkError(Exception):
    """A run cannot be done as asked; the message says why and what to do."""

    exit_code: ClassVar[int] = 2


class InstanceError(BenchmarkError):
    """The file is not an instance this benchmark reads."""


class CannotExpressError(BenchmarkError):
    """The solver has no way to state this family of problems."""

    exit_code: ClassVar[int] = 3


class NotInstalledError(BenchmarkError):
    """The solver is an extra that is not installed."""

    exit_code: ClassVar[int] = 4
