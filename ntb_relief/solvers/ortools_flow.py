"""Adapter for the network flows of OR-Tools: whole numbers in, whole numbers out, proven best.

`MaxFlow` and `cheapest_flow` hold the same picture of one item: a source feeds sites by their stock, sites feed the poskos they
reach, and what a posko gets runs off at its end. Where owners release only so much, `Pools` stand between the source and their
sites. OR-Tools loads with the first network that is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pools:
    """Limits on what several sites give together.

    Parameters
    ----------
    of_site : int64 array, shape (S,)
        Pool of each site.
    caps : int64 array, shape (K,)
        Most units each pool gives.
    """

    of_site: NDArray[np.int64]
    caps: NDArray[np.int64]


class MaxFlow:
    """Most goods that reach the poskos, up to a cap at each.

    Parameters
    ----------
    supply : int64 array, shape (S,)
    links : int64 array, shape (L, 2)
        Pairs of site and posko that goods can go between, in any quantity.
    num_poskos : int
    pools : Pools, optional
    """

    def __init__(self, supply: NDArray[np.int64], *, links: NDArray[np.int64], num_poskos: int, pools: Pools | None = None) -> None:
        from ortools.graph.python.max_flow import SimpleMaxFlow

        self._graph = SimpleMaxFlow()
        self._num_sites, self._supply, self._pools = len(supply), supply, pools
        self._source, self._sink = len(supply) + num_poskos, len(supply) + num_poskos + 1
        sites, poskos = _nodes(len(supply), num_poskos)
        feeders = _feeders(self._source, len(supply), pools=pools, first_pool=self._sink + 1)
        self._graph.add_arcs_with_capacity(feeders, sites, supply)
        if pools is not None:
            nodes = self._sink + 1 + np.arange(len(pools.caps), dtype=np.int32)
            self._graph.add_arcs_with_capacity(np.full(len(nodes), self._source, np.int32), nodes, pools.caps)
        # A link as wide as its site's stock never binds: every smallest cut runs through stock and caps.
        self._graph.add_arcs_with_capacity(sites[links[:, 0]], poskos[links[:, 1]], supply[links[:, 0]])
        self._ends = self._graph.add_arcs_with_capacity(poskos, np.full(num_poskos, self._sink, np.int32), np.zeros(num_poskos, np.int64))

    def solve(self, caps: NDArray[np.int64]) -> int:
        """Return the largest total given with at most `caps` units at each posko."""
        self._graph.set_arcs_capacity(self._ends, caps)
        status = self._graph.solve(self._source, self._sink)
        if status != self._graph.OPTIMAL:
            message = f"the largest flow was not found (OR-Tools status {status})"
            raise SolverError(message)
        return int(self._graph.optimal_flow())

    def amounts(self) -> NDArray[np.int64]:
        """Return what each posko gets in the last solve, shape (P,)."""
        return np.asarray(self._graph.flows(self._ends), np.int64)

    def can_give_more(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell of each site and posko whether one more unit could still come to it, whatever its cap.

        The others lie behind a smallest cut of the last solve: they share what their sites hold, and all of it is used.
        """
        inside = self._inside()
        return inside[: self._num_sites], inside[self._num_sites : self._source]

    def room(self) -> int:
        """Return what the sites behind the smallest cut of the last solve can give at most, in all."""
        inside = self._inside()
        shut = ~inside[: self._num_sites]
        if self._pools is None:
            return int(self._supply[shut].sum())
        pool_shut = ~inside[self._sink + 1 :]
        return int(self._supply[shut & ~pool_shut[self._pools.of_site]].sum()) + int(self._pools.caps[pool_shut].sum())

    def _inside(self) -> NDArray[np.bool_]:
        inside = np.zeros(self._sink + 1 + (0 if self._pools is None else len(self._pools.caps)), np.bool_)
        inside[np.asarray(self._graph.get_source_side_min_cut(), np.int64)] = True
        return inside


def cheapest_flow(
    supply: NDArray[np.int64],
    *,
    links: NDArray[np.int64],
    costs: NDArray[np.int64],
    floors: NDArray[np.int64],
    caps: NDArray[np.int64],
    groups: NDArray[np.int64],
    totals: NDArray[np.int64],
    pools: Pools | None = None,
) -> NDArray[np.int64]:
    """Return the cheapest flow over each link, with given totals.

    Parameters
    ----------
    supply : int64 array, shape (S,)
    links : int64 array, shape (L, 2)
        Pairs of site and posko.
    costs : int64 array, shape (L,)
        Of one unit.
    floors, caps : int64 array, shape (P,)
        Least and most units of each posko.
    groups : int64 array, shape (P,)
        Group of each posko.
    totals : int64 array, shape (G,)
        Units the poskos of each group get together, exactly.
    pools : Pools, optional

    Returns
    -------
    int64 array, shape (L,)

    Raises
    ------
    SolverError
        Where no flow meets the totals: the caller asks only for what it has proven possible.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    graph = SimpleMinCostFlow()
    sites, poskos = _nodes(len(supply), len(caps))
    source = len(supply) + len(caps)
    ends = source + 1 + np.arange(len(totals), dtype=np.int32)
    graph.add_arcs_with_capacity_and_unit_cost(
        _feeders(source, len(sites), pools=pools, first_pool=source + 1 + len(totals)), sites, supply, np.zeros(len(sites), np.int64)
    )
    if pools is not None:
        nodes = source + 1 + len(totals) + np.arange(len(pools.caps), dtype=np.int32)
        graph.add_arcs_with_capacity_and_unit_cost(np.full(len(nodes), source, np.int32), nodes, pools.caps, np.zeros(len(nodes), np.int64))
    arcs = graph.add_arcs_with_capacity_and_unit_cost(sites[links[:, 0]], poskos[links[:, 1]], supply[links[:, 0]], costs)
    # The floor stays at the posko; what it gets above it runs on to the end of its group.
    graph.add_arcs_with_capacity_and_unit_cost(poskos, ends[groups], caps - floors, np.zeros(len(poskos), np.int64))
    above = totals.copy()
    np.subtract.at(above, groups, floors)
    graph.set_nodes_supplies(np.array([source], np.int32), np.array([totals.sum()], np.int64))
    graph.set_nodes_supplies(poskos, -floors)
    graph.set_nodes_supplies(ends, -above)
    status = graph.solve()
    if status != graph.OPTIMAL:
        message = f"the cheapest flow was not found (OR-Tools status {status.name})"
        raise SolverError(message)
    return np.asarray(graph.flows(arcs), np.int64)


def _nodes(num_sites: int, num_poskos: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    nodes = np.arange(num_sites + num_poskos, dtype=np.int32)
    return nodes[:num_sites], nodes[num_sites:]


def _feeders(source: int, num_sites: int, *, pools: Pools | None, first_pool: int) -> NDArray[np.int32]:
    """Return the node that feeds each site: the source, or its pool."""
    if pools is None:
        return np.full(num_sites, source, np.int32)
    return (first_pool + pools.of_site).astype(np.int32)
