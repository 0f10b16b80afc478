"""What every `solve_*` returns: the plan, how it ended, how good it is proven to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from ..errors import NoPlanError
from ..units import format_number

if TYPE_CHECKING:
    from .route_values import RouteValues

Plan = TypeVar("Plan")


class Status(Enum):
    """How a solve ended; never `OPTIMAL` at a limit."""

    OPTIMAL = "optimal"
    GAP_REACHED = "gap_reached"
    TIME_LIMIT = "time_limit"
    ITERATION_LIMIT = "iteration_limit"
    STOPPED = "stopped"
    INFEASIBLE = "infeasible"
    NO_SOLUTION = "no_solution"


STATUS_NAMES: Final = {
    "optimal": "terbukti terbaik",
    "gap_reached": "selisih yang diminta tercapai",
    "time_limit": "batas waktu tercapai",
    "iteration_limit": "batas iterasi tercapai",
    "stopped": "dihentikan",
    "infeasible": "tidak mungkin",
    "no_solution": "tidak ada rencana",
}
"""Statuses by value as papers print them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded step of a search, enough to repeat it.

    Parameters
    ----------
    iterations : int
    temperature_from, temperature_to : float
        Annealing temperatures at its first and last iteration.
    exchanged : bool
        Whether threads took over the best solution before it.
    wave : int
        Which search of the solve it belongs to, from 0: `solve_operation` routes one wave of vehicles after the other.
    """

    iterations: int
    temperature_from: float
    temperature_to: float
    exchanged: bool = False
    wave: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """One point of the search's history: seconds, iterations, best objective."""

    seconds: float
    iterations: int
    objective: float


@dataclass(frozen=True, slots=True)
class LevelValue:
    """What a plan comes to by one level of goals.

    Parameters
    ----------
    goals : str
        The goals of the level, with their weights.
    value : float
    bound : float or None
        No plan that is as good by the levels before can be below this; the value itself where that is proved.
    """

    goals: str
    value: float
    bound: float | None

    @property
    def is_proved(self) -> bool:
        """Whether nothing lower can be had without loss by the levels before."""
        return self.bound == self.value


@dataclass(frozen=True, slots=True)
class Result(Generic[Plan]):
    """The answer of a solve.

    Parameters
    ----------
    plan : Plan or None
    status : Status
    objective : float
        Lower is better; in the unit the problem declares.
    bound : float or None
        No plan can be below this.
    seconds : float
        Search time.
    iterations, seed, threads : int
    trace : tuple of Sample
        Improvements of the best objective.
    replay : tuple of Step
        The step schedule; passed back as ``replay=`` it repeats the search exactly.
    version : str
        Version of the library.
    values : RouteValues or None
        What routes come to by every goal, where the plan has routes.
    levels : tuple of LevelValue
        What the plan comes to level by level, where goals were given as levels; `objective` and `bound` are those of the first.
    """

    plan: Plan | None
    status: Status
    objective: float
    bound: float | None
    seconds: float
    iterations: int
    seed: int
    threads: int = 1
    trace: tuple[Sample, ...] = ()
    replay: tuple[Step, ...] = ()
    version: str = ""
    values: RouteValues | None = None
    levels: tuple[LevelValue, ...] = ()

    @property
    def gap(self) -> float | None:
        """Share of the objective that is not proven, or None where there is no bound."""
        if self.bound is None or self.plan is None:
            return None
        if self.objective == self.bound:
            return 0.0
        return (self.objective - self.bound) / abs(self.objective) if self.objective else None

    def _repr_html_(self) -> str:
        """Return how the solve ended as a short table, then the plan as it shows itself."""
        proven = "belum terbukti"
        rows = (
            ("Status", STATUS_NAMES[self.status.value]),
            ("Nilai tujuan", format_number(self.objective)),
            ("Batas bawah", proven if self.bound is None else format_number(self.bound)),
            ("Selisih", proven if self.gap is None else f"{format_number(100 * self.gap, decimals=2)} %"),
            ("Detik", format_number(self.seconds, decimals=1)),
            ("Iterasi", format_number(self.iterations)),
            ("Seed", str(self.seed)),
        )
        cells = "".join(f"<tr><th style='text-align:left'>{name}</th><td>{value}</td></tr>" for name, value in rows)
        shown = getattr(self.plan, "_repr_html_", None)
        return f"<table>{cells}</table>{shown() if callable(shown) else ''}"

    def plan_or_raise(self) -> Plan:
        """Return the plan.

        Raises
        ------
        NoPlanError
            Where there is none.
        """
        if self.plan is None:
            message = f"no plan was found (status {self.status.value})"
            raise NoPlanError(message)
        return self.plan
