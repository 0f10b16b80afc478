"""What an instance asks for beyond capacity, in words, so that a solver can say what it cannot express."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import CannotExpressError
from ..families import Goal

if TYPE_CHECKING:
    from ..instances import RoutingInstance


def features(instance: RoutingInstance) -> frozenset[str]:
    """Return the names of everything the instance asks for."""
    fleet, family = instance.fleet, instance.family
    has_durations = any(kind.max_duration is not None for kind in fleet)
    partners = [place for pair in instance.pairs for place in pair]
    others = sorted(set(instance.clients).difference(partners))
    asked = {
        "time windows": instance.has_windows,
        "several depots": instance.num_depots > 1,
        "several capacity dimensions": instance.demands.shape[1] > 1,
        "unlike vehicles": len({(kind.capacity, kind.fixed_cost, kind.unit_distance_cost) for kind in fleet}) > 1,
        "vehicle costs": any(kind.fixed_cost != 0 or kind.unit_distance_cost != 1 for kind in fleet),
        "vehicle-client limits": any(kind.allowed is not None for kind in fleet),
        "route duration limits": has_durations and not instance.has_windows,
        "route duration limits with time windows": has_durations and instance.has_windows,
        "route length limits": any(kind.max_distance is not None for kind in fleet),
        "reloading": any(kind.reload_depots for kind in fleet),
        "release times": bool(instance.releases.any()),
        "prizes": instance.prizes is not None,
        "groups": bool(instance.groups),
        "backhauls after deliveries": instance.has_linehaul_first,
        "pickups among deliveries": bool(instance.pickups[others].any()) and not instance.has_linehaul_first,
        "pickup-delivery pairs": bool(partners),
        "pairs beside other loads": bool(partners) and bool(others),
        "split deliveries": family.can_split,
        "the sum of arrival times": family.goal is Goal.ARRIVALS,
        "routes of every vehicle": family.uses_all_vehicles,
    }
    return frozenset(name for name, is_asked in asked.items() if is_asked)


def require(instance: RoutingInstance, *, solver: str, supported: frozenset[str]) -> None:
    """Refuse an instance that asks for more than the solver supports.

    Raises
    ------
    CannotExpressError
        Naming everything that is missing.
    """
    refuse(instance, solver=solver, missing=features(instance) - supported)


def refuse(instance: RoutingInstance, *, solver: str, missing: frozenset[str]) -> None:
    """Refuse an instance that asks for anything of what is missing.

    Raises
    ------
    CannotExpressError
        Naming it.
    """
    asked = sorted(features(instance) & missing)
    if asked:
        message = f"{solver} cannot express {', '.join(asked)} ({instance.name}, family {instance.family.name})"
        raise CannotExpressError(message)
