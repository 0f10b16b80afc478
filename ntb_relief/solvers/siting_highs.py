"""HiGHS, through scipy, on the part of a capacitated question that fixing by reduced costs has left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..kernels.siting.knapsack import Sites

_NODES: Final = 20_000
"""Branching nodes of a solve that iterations, not seconds, limit."""


@dataclass(frozen=True, slots=True)
class CoreAnswer:
    """Shares by site and demand point with the open sites, or None; a bound on every solution within the core."""

    shares: NDArray[np.float64] | None
    is_open: NDArray[np.bool_] | None
    bound: float


def solve_core(
    sites: Sites, *, mode: NDArray[np.int8], allowed: NDArray[np.int8], is_single: bool, cutoff: float, seconds: float | None
) -> CoreAnswer:
    """Solve the mixed-integer program over the pairs that are allowed.

    Parameters
    ----------
    sites : Sites
    mode : int8 array, shape (M,)
        Sites fixed open (1) or shut (-1).
    allowed : int8 array, shape (M, N)
    is_single : bool
        Whether demand points are served whole.
    cutoff : float
        Only solutions of at most this cost count; infinity for all.
    seconds : float or None
        Time limit, infinity for none; None limits the nodes instead.

    Returns
    -------
    CoreAnswer
        With an infinite bound where the core holds no solution.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    site, point = np.nonzero(allowed & (mode >= 0)[:, None])
    m, n = sites.cost.shape
    size = len(site)
    if len(np.unique(point)) < n:
        return CoreAnswer(None, None, math.inf)
    rows = _rows(sites, site, point, cutoff=cutoff)
    integer = np.ones(m + size) if is_single else np.concatenate([np.ones(m), np.zeros(size)])
    lower = np.concatenate([(mode > 0).astype(float), np.zeros(size)])
    upper = np.concatenate([(mode >= 0).astype(float), np.ones(size)])
    options: dict[str, float | bool] = {"mip_rel_gap": 1e-9}
    if seconds is None:
        options["node_limit"] = _NODES
    elif math.isfinite(seconds):
        options["time_limit"] = max(0.05, seconds)
    answer = milp(
        np.concatenate([sites.fixed, sites.cost[site, point]]),
        integrality=integer,
        bounds=Bounds(lower, upper),
        constraints=[LinearConstraint(*row) for row in rows],
        options=options,
    )
    if answer.status == 2:  # noqa: PLR2004 - scipy's code for infeasible
        return CoreAnswer(None, None, math.inf)
    bound = -math.inf if answer.mip_dual_bound is None else float(answer.mip_dual_bound)
    if answer.x is None:
        return CoreAnswer(None, None, bound)
    shares = np.zeros((m, n))
    shares[site, point] = np.clip(answer.x[m:], 0.0, 1.0)
    return CoreAnswer(np.rint(shares) if is_single else shares, answer.x[:m] > 0.5, bound)  # noqa: PLR2004 - binary


def _rows(
    sites: Sites, site: NDArray[np.int64], point: NDArray[np.int64], *, cutoff: float
) -> list[tuple[object, NDArray[np.float64], NDArray[np.float64]]]:
    """Return the constraints: each point once, no pair of a closed site, capacities, all demand held, number of sites."""
    from scipy.sparse import csr_array, hstack

    m, n = sites.cost.shape
    size = len(site)
    entry = np.arange(size)
    none = csr_array((n, m))
    once = hstack([none, csr_array((np.ones(size), (point, entry)), (n, size))], format="csr")
    rows: list[tuple[object, NDArray[np.float64], NDArray[np.float64]]] = [(once, np.ones(n), np.ones(n))]
    linked = hstack(
        [csr_array((-np.ones(size), (entry, site)), (size, m)), csr_array((np.ones(size), (entry, entry)), (size, size))], format="csr"
    )
    rows.append((linked, np.full(size, -np.inf), np.zeros(size)))
    each = np.arange(m)
    held = hstack(
        [csr_array((-sites.capacity, (each, each)), (m, m)), csr_array((sites.demand[point], (site, entry)), (m, size))], format="csr"
    )
    rows.append((held, np.full(m, -np.inf), np.zeros(m)))
    blank = np.zeros(size)
    rows.append((np.concatenate([sites.capacity, blank])[None, :], np.array([sites.demand.sum() * (1 - 1e-12)]), np.array([np.inf])))
    low, high = sites.low_high.astype(float)
    rows.append((np.concatenate([np.ones(m), blank])[None, :], np.array([low]), np.array([high])))
    if math.isfinite(cutoff):
        cost = np.concatenate([sites.fixed, sites.cost[site, point]])
        rows.append((cost[None, :], np.array([-np.inf]), np.array([cutoff])))
    return rows


def transport(sites: Sites, is_open: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """Return the cheapest shares (M, N) of demand points split over open sites, or None where these cannot hold them.

    Whole amounts go to OR-Tools' minimum-cost flow, others to HiGHS as a linear program.
    """
    picked = np.flatnonzero(is_open)
    demand = sites.demand
    cost = sites.cost[picked]
    reach = np.isfinite(cost)
    if sites.capacity[picked].sum() < demand.sum() * (1 - 1e-12) or not reach.any(axis=0).all():
        return None
    whole = (demand == np.rint(demand)).all() and demand.sum() < 1e12 and demand.all()  # noqa: PLR2004 - far below int64
    part = _flow(cost, demand, sites.capacity[picked]) if whole else _program(cost, demand, sites.capacity[picked])
    if part is None:
        return None
    shares = np.zeros(sites.cost.shape)
    shares[picked] = part
    return shares


def _flow(cost: NDArray[np.float64], demand: NDArray[np.float64], capacity: NDArray[np.float64]) -> NDArray[np.float64] | None:
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    count, n = cost.shape
    site, point = np.nonzero(np.isfinite(cost))
    unit = cost[site, point] / demand[point]
    largest = float(unit.max(initial=0.0))
    scale = 1e9 / largest if largest > 0 else 1.0
    amounts = demand.astype(np.int64)
    # Capacities beyond the whole numbers below them hold no whole amount more.
    room = np.minimum(np.floor(capacity + 1e-9), amounts.sum()).astype(np.int64)
    graph = SimpleMinCostFlow()
    arcs = graph.add_arcs_with_capacity_and_unit_cost(
        site.astype(np.int32), (count + point).astype(np.int32), amounts[point], np.rint(unit * scale).astype(np.int64)
    )
    source = count + n
    graph.add_arcs_with_capacity_and_unit_cost(
        np.full(count, source, np.int32), np.arange(count, dtype=np.int32), room, np.zeros(count, np.int64)
    )
    graph.set_nodes_supplies(np.arange(count, source + 1, dtype=np.int32), np.concatenate([-amounts, [amounts.sum()]]))
    if graph.solve() != graph.OPTIMAL:
        return None
    shares = np.zeros(cost.shape)
    shares[site, point] = np.asarray(graph.flows(arcs)) / demand[point]
    return shares


def _program(cost: NDArray[np.float64], demand: NDArray[np.float64], capacity: NDArray[np.float64]) -> NDArray[np.float64] | None:
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    count, n = cost.shape
    site, point = np.nonzero(np.isfinite(cost))
    entry = np.arange(len(site))
    answer = linprog(
        cost[site, point],
        A_ub=csr_array((demand[point], (site, entry)), (count, len(site))),
        b_ub=capacity,
        A_eq=csr_array((np.ones(len(site)), (point, entry)), (n, len(site))),
        b_eq=np.ones(n),
        method="highs",
    )
    if answer.status != 0:
        return None
    shares = np.zeros(cost.shape)
    shares[site, point] = np.clip(answer.x, 0.0, 1.0)
    return shares
