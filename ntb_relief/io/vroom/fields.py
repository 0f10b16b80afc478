"""Reads the fields of a foreign JSON object one by one, noting what is wrong, unknown or not supported, each with its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...errors import IssueLog

MOST: Final = 2**31 - 1
"""Largest number of a field: VROOM itself keeps 32 bits."""
_SHOWN: Final = 40


class Fields:
    """One object of the input.

    Parameters
    ----------
    log : IssueLog
    path : str
        Where it stands: ``"jobs[3]"``.
    data : object
        What stands there; anything.
    refused : mapping of str to str
        Fields that are known and would change the plan, and what they ask for.
    """

    def __init__(self, log: IssueLog, path: str, data: object, *, refused: Mapping[str, str]) -> None:
        self.log, self.path = log, path
        self._refused = refused
        self._read: set[str] = set()
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            log.add(path or "input", f"is {shown(data)}", "give an object")

    def where(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, fix: str) -> None:
        """Note that a field is not as it must be."""
        self.log.add(self.where(name), f"is {shown(self.data.get(name))}", fix)

    def has(self, name: str) -> bool:
        """Tell whether a field is given."""
        return self.data.get(name) is not None

    def any(self, name: str) -> Any:  # noqa: ANN401 - whatever stands there
        """Return a field as it stands; None where it is absent."""
        self._read.add(name)
        return self.data.get(name)

    def whole(self, name: str, default: int = 0, *, most: int = MOST) -> int:
        """Return a whole number from 0 to `most`."""
        value = self.any(name)
        if value is None:
            return default
        if not is_count(value, most=most):
            self.wrong(name, f"give a whole number from 0 to {most}")
            return default
        return int(value)

    def limit(self, name: str) -> int | None:
        """Return a whole number, None where the field is absent."""
        return self.whole(name) if self.has(name) else None

    def list(self, name: str, *, most: int) -> list[Any]:
        """Return a list of at most `most`; empty where the field is absent."""
        value = self.any(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > most:
            what = f"has {len(value)} entries" if isinstance(value, list) else f"is {shown(value)}"
            self.log.add(self.where(name), what, f"give a list of at most {most}")
            return []
        return value

    def counts(self, name: str, *, most: int) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        values = self.list(name, most=most)
        if not all(is_count(value) for value in values):
            self.wrong(name, f"give whole numbers from 0 to {MOST}")
            return ()
        return tuple(values)

    def window(self, name: str) -> tuple[int, int | None]:
        """Return a time window; one that is absent is always open."""
        value = self.any(name)
        if value is None:
            return 0, None
        is_pair = isinstance(value, list) and len(value) == 2 and all(is_count(x) for x in value)  # noqa: PLR2004 - from and to
        if not is_pair or value[0] > value[1]:
            self.wrong(name, "give [opening, closing] in whole seconds, 0 <= opening <= closing")
            return 0, None
        return value[0], value[1]

    def close(self) -> None:
        """Note the fields nobody read: those that are not supported, and those that are no fields of VROOM."""
        for name in self.data:
            if name in self._refused and self.data[name] not in (None, [], {}, 0):
                self.log.add(self.where(str(name)), f"asks for {self._refused[name]}, which is not planned", "leave it out")
            elif name not in self._read and name not in self._refused:
                self.log.add(self.where(str(name)[:_SHOWN]), "is not a field of VROOM 1.14", "leave it out")


def is_count(value: object, *, most: int = MOST) -> bool:
    """Tell whether a value is a whole number from 0 to `most`, and no truth value."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def shown(value: object) -> str:
    """Return a value, cut short, of whatever depth."""
    if isinstance(value, (dict, list)):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**_SHOWN else "a huge number"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
