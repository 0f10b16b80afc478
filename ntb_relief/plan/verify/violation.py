"""A rule that a plan breaks, and the book the judge writes them into."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with a plan.

    Parameters
    ----------
    rule : str
        Short name of the broken rule, from the tables of `verify` and `verify_routes`.
    where : str
        The place in the plan: ``"vehicle 'DR 8001 A', action 2"``.
    what : str
        What is wrong there, with the numbers that show it.
    """

    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"[{self.rule}] {self.where}: {self.what}"


@dataclass(slots=True)
class Findings:
    """Collects violations while a plan is replayed."""

    violations: list[Violation] = field(default_factory=list)

    def add(self, rule: str, where: str, what: str) -> None:
        """Note one violation."""
        self.violations.append(Violation(rule, where, what))

    def expect(self, holds: object, rule: str, where: str, what: str) -> None:
        """Note one violation unless `holds` is true."""
        if not holds:
            self.add(rule, where, what)
