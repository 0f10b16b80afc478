"""Every exception and warning of the library, and the list of issues they carry.

Bad input is told once, whole: rooms that check input collect `Issue` rows in an `IssueLog` and raise
one `InputError` that names each thing, its place, its value and the fix.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong with an input.

    Parameters
    ----------
    where : str
        The place: ``"sheet 'Stok' cell C4"``, ``"vehicle type 'truck'"``.
    what : str
        What is wrong there, with the value as it was given.
    fix : str
        What to write instead.
    """

    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.fix}"


class ReliefWarning(UserWarning):
    """Something was read or assumed that the planner should look at."""


class ReliefError(Exception):
    """Root of all errors raised on purpose by this library."""


class InputError(ReliefError):
    """The input cannot be planned as it is.

    Parameters
    ----------
    issues : sequence of Issue
        Everything found wrong, in the order of the input.
    """

    def __init__(self, issues: list[Issue] | tuple[Issue, ...]) -> None:
        self.issues = tuple(issues)
        head = "1 problem" if len(self.issues) == 1 else f"{len(self.issues)} problems"
        super().__init__("\n".join([f"{head} in the input:", *(f"- {issue}" for issue in self.issues)]))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Issue, ...]]]:
        return type(self), (self.issues,)


class SchemaError(InputError):
    """A file or document does not have the form it must have."""


class UnknownReferenceError(InputError):
    """An id or a name points to nothing that is known."""


class CrsError(InputError):
    """Coordinates are not longitude and latitude (EPSG:4326) where they must be."""


class NoPlanError(ReliefError):
    """Raised by `Result.plan_or_raise` where no plan was found."""


class SolverError(ReliefError):
    """A solver broke its own contract: a defect of this library, not of the input."""


class MissingExtraError(ReliefError):
    """An optional dependency is not installed."""


@dataclass(slots=True)
class IssueLog:
    """Collects issues while an input is read, to raise them together."""

    issues: list[Issue] = field(default_factory=list)

    def add(self, where: str, what: str, fix: str) -> None:
        """Note one issue."""
        self.issues.append(Issue(where, what, fix))

    def raise_if_any(self, error: type[InputError] = InputError) -> None:
        """Raise `error` with all noted issues; do nothing where there are none."""
        if self.issues:
            raise error(self.issues)
