"""The judge: prices routes and lists what they break, in slow plain Python.

It shares no code with any solver, nor with what builds their matrices: distances are computed here, leg by leg, in the
convention of the family, with whole numbers wherever the convention has them (so costs and times are exact).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .routes import price_route, route_faults
from .rules import make_rules
from .splits import infer_amounts, split_faults
from .visits import fleet_faults, lost_prizes, service_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..instances import FleetType, RoutingInstance

__all__ = ["Verdict", "check", "infer_amounts"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge found.

    Parameters
    ----------
    cost : float
        In the unit of the family; of the routes as they are, even where they break something.
    violations : tuple of str
    """

    cost: float
    violations: tuple[str, ...]

    @property
    def is_feasible(self) -> bool:
        """Whether nothing is broken."""
        return not self.violations


def check(instance: RoutingInstance, routes: Sequence[Sequence[int]], *, amounts: Sequence[Sequence[int]] | None = None) -> Verdict:
    """Price `routes` and list everything they break.

    Parameters
    ----------
    instance : RoutingInstance
    routes : sequence of sequence of int
        Entry k is driven by vehicle k where vehicles differ. Locations from 0, end depots left out; a depot inside a
        route is a reload there.
    amounts : sequence of sequence of int, optional
        What each visit brings, in families that split deliveries. Left out, the routes are sound if any amounts fit.
    """
    rules = make_rules(instance)
    broken: list[str] = []
    cost: float = 0
    is_known = True
    for number, route in enumerate(routes):
        if not route:
            continue
        kind = _vehicle_of(instance, number)
        if kind is None:
            broken.append(f"route {number + 1}: there is no vehicle {number + 1}")
            kind = instance.fleet[-1]
        stray = [place for place in route if not 0 <= place < instance.num_locations]
        if stray:
            broken.append(f"route {number + 1}: location {stray[0]} does not exist")
            is_known = False
            continue
        cost += price_route(rules, kind, route)
        broken.extend(f"route {number + 1}: {text}" for text in route_faults(rules, kind, route))
    broken.extend(fleet_faults(instance, routes))
    broken.extend(service_faults(instance, routes))
    if instance.family.can_split and is_known:
        broken.extend(split_faults(instance, routes, amounts))
    cost += lost_prizes(rules, routes)
    return Verdict(cost / rules.scale / instance.family.cost_divisor, tuple(broken))


def _vehicle_of(instance: RoutingInstance, number: int) -> FleetType | None:
    """Return the type of vehicle `number`; where all are alike the number says nothing."""
    if len(instance.fleet) == 1:
        return instance.fleet[0]
    return next((kind for kind in instance.fleet if number in kind.numbers), None)
