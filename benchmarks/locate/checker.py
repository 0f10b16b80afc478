"""The independent judge of location answers: recomputes cost, cover and loads from the instance alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .instance import CAPACITATED, SINGLE_SOURCE

if TYPE_CHECKING:
    from .answer import LocateAnswer
    from .instance import LocateInstance

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class LocateVerdict:
    """Objective in the unit of the family and what is wrong with the answer."""

    objective: float
    violations: tuple[str, ...]


def check_location(instance: LocateInstance, answer: LocateAnswer) -> LocateVerdict:
    """Judge open sites, for capacitated problems who is served by which, for location-routing the routes; see `LocateAnswer`."""
    sites = sorted(set(answer.sites))
    wrong = _check_sites(instance, answer, sites)
    if wrong:
        return LocateVerdict(math.nan, tuple(wrong))
    if instance.problem == "lrp":
        return _check_routes(instance, answer, sites)
    return _check_loads(instance, answer, sites) if instance.problem in CAPACITATED else _check_distances(instance, sites)


def _check_distances(instance: LocateInstance, sites: list[int]) -> LocateVerdict:
    nearest = instance.cost[:, sites].min(axis=1)
    if not np.isfinite(nearest).all() and instance.problem != "mclp":
        return LocateVerdict(math.inf, ("a demand point is reached by no open site",))
    fixed = 0.0 if instance.fixed is None else math.fsum(instance.fixed[sites].tolist())
    within = nearest <= (instance.radius or 0.0)
    match instance.problem:
        case "pmedian" | "ufl":
            return LocateVerdict(math.fsum(nearest.tolist()) + (fixed if instance.problem == "ufl" else 0.0), ())
        case "pcenter":
            return LocateVerdict(float(nearest.max()), ())
        case "mclp":
            weight = np.ones(len(nearest)) if instance.weight is None else instance.weight
            return LocateVerdict(math.fsum(weight[within].tolist()), ())
    missed = int((~within).sum())
    return LocateVerdict(fixed or float(len(sites)), (f"{missed} demand points are beyond the radius",) if missed else ())


def _check_sites(instance: LocateInstance, answer: LocateAnswer, sites: list[int]) -> list[str]:
    wrong = [f"site {site} does not exist" for site in sites if not 0 <= site < instance.cost.shape[1]]
    if not sites:
        wrong.append("no site is open")
    if len(sites) != len(answer.sites):
        wrong.append("a site is named twice")
    is_counted = instance.problem in {"pmedian", "mclp", "cpmp"} and len(sites) != instance.p
    if is_counted or (instance.problem == "pcenter" and len(sites) > (instance.p or 0)):
        wrong.append(f"{len(sites)} sites are open, p is {instance.p}")
    return wrong


def _check_loads(instance: LocateInstance, answer: LocateAnswer, sites: list[int]) -> LocateVerdict:
    n, m = instance.cost.shape
    wrong: list[str] = []
    load, served, parts = [0.0] * m, [0.0] * n, [0] * n
    costs = []
    assert instance.demand is not None  # noqa: S101 - readers refuse capacitated problems without
    assert instance.capacity is not None  # noqa: S101 - the same
    is_open = set(sites)
    for point, site, share in answer.shares:
        if site not in is_open or not 0 <= point < n or not share > 0:
            wrong.append(f"client {point} gets {share} from site {site}, which is not open or not positive")
            continue
        load[site] += share * float(instance.demand[point])
        served[point] += share
        parts[point] += 1
        costs.append(share * float(instance.cost[point, site]))
    wrong += [f"client {point} is served to {served[point]:.6g}" for point in range(n) if abs(served[point] - 1) > _ROUNDING]
    if instance.problem in SINGLE_SOURCE:
        wrong += [f"client {point} is served by {parts[point]} sites" for point in range(n) if parts[point] > 1]
    for site in sites:
        room = float(instance.capacity[site])
        if load[site] > room * (1 + _ROUNDING):
            wrong.append(f"site {site} serves {load[site]:.6g}, holds {room:.6g}")
    if instance.fixed is not None:
        costs += instance.fixed[sites].tolist()
    return LocateVerdict(math.fsum(costs), tuple(wrong))


def _check_routes(instance: LocateInstance, answer: LocateAnswer, sites: list[int]) -> LocateVerdict:
    n, m = instance.cost.shape
    assert instance.travel is not None  # noqa: S101 - its reader makes it
    assert instance.demand is not None  # noqa: S101 - the same
    assert instance.capacity is not None  # noqa: S101 - the same
    assert instance.fixed is not None  # noqa: S101 - the same
    wrong: list[str] = []
    costs = instance.fixed[sites].tolist()
    visits, brought = [0] * n, [0.0] * m
    for number, (site, clients) in enumerate(answer.routes, start=1):
        if site not in sites or not clients or not all(0 <= client < n for client in clients):
            wrong.append(f"route {number} starts from {site} and visits {clients}: a closed site, no client or an unknown one")
            continue
        load, last = 0.0, site
        for client in clients:
            visits[client] += 1
            load += float(instance.demand[client])
            costs.append(float(instance.travel[last, m + client]))
            last = m + client
        costs += [float(instance.travel[last, site]), instance.vehicle_cost]
        brought[site] += load
        if load > instance.vehicle_capacity * (1 + _ROUNDING):
            wrong.append(f"route {number} brings {load:.6g}, a vehicle holds {instance.vehicle_capacity:.6g}")
    wrong += [f"client {client} is visited {count} times" for client, count in enumerate(visits) if count != 1]
    for site in sites:
        if brought[site] > float(instance.capacity[site]) * (1 + _ROUNDING):
            wrong.append(f"site {site} brings {brought[site]:.6g}, holds {float(instance.capacity[site]):.6g}")
    return LocateVerdict(math.fsum(costs), tuple(wrong))
