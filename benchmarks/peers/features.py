"""What an instance asks for beyond capacity, in words, so that a solver can say what it cannot express."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import CannotExpressError

if TYPE_CHECKING:
    from ..instances import RoutingInstance


def features(instance: RoutingInstance) -> frozenset[str]:
    """Return the names of everything the instance asks for."""
    fleet = instance.fleet
    asked = {
        "time windows": instance.has_windows,
        "several depots": instance.num_depots > 1,
        "several capacity dimensions": instance.demands.shape[1] > 1,
        "unlike vehicles": len({(kind.capacity, kind.fixed_cost, kind.unit_distance_cost) for kind in fleet}) > 1,
        "vehicle costs": any(kind.fixed_cost != 0 or kind.unit_distance_cost != 1 for kind in fleet),
        "vehicle-client limits": any(kind.allowed is not None for kind in fleet),
        "route duration limits": any(kind.max_duration is not None for kind in fleet),
        "route length limits": any(kind.max_distance is not None for kind in fleet),
        "reloading": any(kind.reload_depots for kind in fleet),
        "release times": bool(instance.releases.any()),
        "prizes": instance.prizes is not None,
        "groups": bool(instance.groups),
        "backhauls after deliveries": instance.has_linehaul_first,
        "pickups among deliveries": bool(instance.pickups.any()) and not instance.has_linehaul_first,
    }
    return frozenset(name for name, is_asked in asked.items() if is_asked)


def require(instance: RoutingInstance, *, solver: str, supported: frozenset[str]) -> None:
    """Refuse an instance that asks for more than the solver supports.

    Raises
    ------
    CannotExpressError
        Naming everything that is missing.
    """
    missing = sorted(features(instance) - supported)
    if missing:
        message = f"{solver} cannot express {', '.join(missing)} ({instance.name}, family {instance.family.name})"
        raise CannotExpressError(message)
