"""The answer to an operation: who gets what, and what every vehicle does at which hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

    from ..model.operation import Operation
    from ..model.travel import Path, SailingUse
    from ..viz.maps import ReliefMap


class Cause(Enum):
    """Why a part of a need is not served; each is tested by `explain`."""

    NO_STOCK = "no_stock"
    NO_ACCESS = "no_access"
    NO_VEHICLE = "no_vehicle"
    TOO_LATE = "too_late"
    LOWER_PRIORITY = "lower_priority"
    TOO_COSTLY = "too_costly"


@dataclass(frozen=True, slots=True)
class Flow:
    """Goods given from one site to one posko by the allocation."""

    site_id: str
    item_id: str
    posko_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class CargoLine:
    """Goods on a vehicle: what, how much, from whose stock, for which posko."""

    item_id: str
    quantity: int
    origin_id: str
    posko_id: str


@dataclass(frozen=True, slots=True)
class Load:
    """Taking goods on at a site, from `start_s` to `end_s` after the operation's start."""

    site_id: str
    start_s: int
    end_s: int
    lines: tuple[CargoLine, ...]


@dataclass(frozen=True, slots=True)
class Drive:
    """Going from one place to another along a path of the road table.

    `sailings` lists the ferries taken on the way, in order; waiting for them lies inside the drive.
    """

    from_id: str
    to_id: str
    start_s: int
    end_s: int
    path: Path
    sailings: tuple[SailingUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Unload:
    """Handing goods over at a posko, or at a transfer point for the boats."""

    place_id: str
    start_s: int
    end_s: int
    lines: tuple[CargoLine, ...]


Action = Load | Drive | Unload


@dataclass(frozen=True, slots=True)
class VehicleSchedule:
    """All that one vehicle does, in order of time, from its base and back to it.

    Parameters
    ----------
    vehicle_id : str
    actions : tuple of Load, Drive, Unload
    distance_m : int
    cost_idr : int
        Fixed cost, kilometres, hours and fares.
    """

    vehicle_id: str
    actions: tuple[Action, ...]
    distance_m: int
    cost_idr: int

    @property
    def start_s(self) -> int:
        """When it begins."""
        return self.actions[0].start_s

    @property
    def end_s(self) -> int:
        """When it is back."""
        return self.actions[-1].end_s


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A part of a need that is not served, with its one cause.

    Parameters
    ----------
    posko_id, item_id : str
    level, quantity : int
    cause : Cause
    detail : str
        The reason in words a planner reads, Indonesian.
    """

    posko_id: str
    item_id: str
    level: int
    quantity: int
    cause: Cause
    detail: str


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """The plan of one operation.

    Parameters
    ----------
    operation : Operation
        The question it answers.
    flows : tuple of Flow
        The allocation: what each site gives to each posko, before vehicles are considered.
    schedules : tuple of VehicleSchedule
        Only vehicles that are used.
    shortfalls : tuple of Shortfall
    min_share : mapping of int to float
        Smallest satisfied share of the allocation by priority level; proven the largest possible. What vehicles then
        bring may be less: `plan.report.least_shares`.
    notes : tuple of str
    """

    operation: Operation = field(repr=False)
    flows: tuple[Flow, ...]
    schedules: tuple[VehicleSchedule, ...]
    shortfalls: tuple[Shortfall, ...]
    min_share: dict[int, float]
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return the plan on one screen, in Indonesian."""
        from .report import summarise

        return summarise(self)

    def to_frame(self) -> DataFrame:
        """Return one row a visit: vehicle, posko, item, quantity, arrival."""
        from .report import visit_frame

        return visit_frame(self)

    def map(self, *, seed: int | None = None) -> ReliefMap:
        """Return the map of the plan, with the seed of its search in the title where given; the one call upward, to `viz`."""
        from ..viz.maps import map_plan

        return map_plan(self, seed=seed)

    def _repr_html_(self) -> str:
        from .report import summary_html

        return summary_html(self)
