"""What was guessed while reading, in Indonesian, one line a kind of guess."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Notes:
    """Collects guesses; the same guess in many cells becomes one line."""

    _found: dict[str, tuple[str, str, int]] = field(default_factory=dict)

    def add(self, where: str, what: str, *, kind: str | None = None) -> None:
        """Note a guess.

        Parameters
        ----------
        where : str
            Sheet and cell.
        what : str
            What was understood, Indonesian.
        kind : str, optional
            Guesses of one kind share a line, which shows the first of them.
        """
        first_where, first_what, count = self._found.get(kind or f"{where}: {what}", (where, what, 0))
        self._found[kind or f"{where}: {what}"] = (first_where, first_what, count + 1)

    def lines(self) -> tuple[str, ...]:
        """Return the notes in the order of the workbook."""
        return tuple(
            f"{where}: {what}" + (f" (dan {count - 1} lagi yang serupa)" if count > 1 else "")
            for where, what, count in self._found.values()
        )
