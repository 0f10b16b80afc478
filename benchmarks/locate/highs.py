"""HiGHS, through scipy, on the textbook formulation: what a planner gets from a modelling package."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import CannotExpressError
from .answer import LocateAnswer
from .instance import CAPACITATED, SINGLE_SOURCE

if TYPE_CHECKING:
    from .instance import LocateInstance

_MOST_PAIRS = 4_000_000


def solve(instance: LocateInstance, *, seconds: float, seed: int, threads: int) -> LocateAnswer:  # noqa: ARG001 - one interface for all
    """Solve the mixed-integer program with binaries for sites and shares for pairs (p-center: with its radius)."""
    from scipy.optimize import Bounds, milp

    if instance.problem == "lrp":
        message = f"highs cannot state {instance.name}: its formulation knows no routes"
        raise CannotExpressError(message)
    begin = time.perf_counter()
    m = instance.cost.shape[1]
    is_cover = instance.problem in {"mclp", "setcover"}
    point, site = np.nonzero(instance.cost <= (instance.radius or 0.0) if is_cover else np.isfinite(instance.cost))
    if len(point) > _MOST_PAIRS:
        message = f"highs cannot state {instance.name}: {len(point)} pairs are too many for one matrix"
        raise CannotExpressError(message)
    objective, rows, integer = _cover(instance, point, site) if is_cover else _serve(instance, point, site)
    upper = np.ones(len(objective))
    if instance.problem == "pcenter":
        upper[-1] = np.inf
    built = time.perf_counter()
    answer = milp(objective, integrality=integer, bounds=Bounds(0, upper), constraints=rows, options={"time_limit": seconds})
    spent = time.perf_counter() - built
    status = {0: "OPTIMAL", 1: "TIME_LIMIT", 2: "INFEASIBLE"}.get(answer.status, "NO_SOLUTION")
    bound = None if answer.mip_dual_bound is None else float(answer.mip_dual_bound)
    if answer.x is None:
        return LocateAnswer([], [], "NO_SOLUTION" if status == "TIME_LIMIT" else status, bound, spent, built - begin)
    sites = np.flatnonzero(answer.x[:m] > 0.5).tolist()  # noqa: PLR2004 - binary
    shares = []
    if not is_cover:
        part = answer.x[m : m + len(point)]
        part = np.rint(part) if instance.problem in SINGLE_SOURCE else part
        used = part > 1e-9  # noqa: PLR2004 - dust
        shares = list(zip(point[used].tolist(), site[used].tolist(), part[used].tolist(), strict=True))
    if bound is not None and instance.is_maximised:
        bound = -bound
    return LocateAnswer(sites, shares, status, bound, spent, built - begin)


def _serve(instance: LocateInstance, point: Any, site: Any) -> tuple[Any, list[Any], Any]:  # noqa: ANN401 - scipy ships no types
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_array

    n, m = instance.cost.shape
    pairs, problem = len(point), instance.problem
    extra = int(problem == "pcenter")
    width = m + pairs + extra
    entry = np.arange(pairs)
    rows = [LinearConstraint(csr_array((np.ones(pairs), (point, m + entry)), (n, width)), 1, 1)]
    both = (np.concatenate([np.ones(pairs), -np.ones(pairs)]), (np.tile(entry, 2), np.concatenate([m + entry, site])))
    rows.append(LinearConstraint(csr_array(both, (pairs, width)), -np.inf, 0))
    if instance.p is not None:
        rows.append(LinearConstraint(np.concatenate([np.ones(m), np.zeros(pairs + extra)])[None, :], instance.p, instance.p))
    if problem in CAPACITATED and instance.demand is not None and instance.capacity is not None:
        values = np.concatenate([instance.demand[point], -instance.capacity])
        places = (np.concatenate([site, np.arange(m)]), np.concatenate([m + entry, np.arange(m)]))
        rows.append(LinearConstraint(csr_array((values, places), (m, width)), -np.inf, 0))
    cost = instance.cost[point, site]
    if extra:
        places = (np.concatenate([point, np.arange(n)]), np.concatenate([m + entry, np.full(n, width - 1)]))
        rows.append(LinearConstraint(csr_array((np.concatenate([cost, -np.ones(n)]), places), (n, width)), -np.inf, 0))
    fixed = np.zeros(m) if instance.fixed is None or instance.p is not None else instance.fixed
    objective = np.concatenate([fixed, np.zeros(pairs) if extra else cost, np.ones(extra)])
    integer = np.concatenate([np.ones(m), np.full(pairs, float(problem in SINGLE_SOURCE)), np.zeros(extra)])
    return objective, rows, integer


def _cover(instance: LocateInstance, point: Any, site: Any) -> tuple[Any, list[Any], Any]:  # noqa: ANN401 - scipy ships no types
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_array

    n, m = instance.cost.shape
    if instance.problem == "setcover":
        table = csr_array((np.ones(len(point)), (point, site)), (n, m))
        fixed = instance.fixed if instance.fixed is not None and instance.fixed.any() else np.ones(m)
        return fixed, [LinearConstraint(table, 1, np.inf)], np.ones(m)
    values = np.concatenate([np.ones(len(point)), -np.ones(n)])
    places = (np.concatenate([point, np.arange(n)]), np.concatenate([site, m + np.arange(n)]))
    weight = np.ones(n) if instance.weight is None else instance.weight
    number = np.concatenate([np.ones(m), np.zeros(n)])[None, :]
    rows = [LinearConstraint(csr_array((values, places), (n, m + n)), 0, np.inf), LinearConstraint(number, instance.p, instance.p)]
    return np.concatenate([np.zeros(m), -weight]), rows, np.concatenate([np.ones(m), np.zeros(n)])
