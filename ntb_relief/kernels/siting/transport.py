"""Who is served from where once a scenario has come, and what one more unit or one more store would have been worth.

One transportation problem a scenario and item: rows (sites and vendors, then "left unmet" at the penalty, then "service
breached" at a price above all others) against points with a need, and one last column, the root, that takes what is not used
at no cost. A site that is open in part serves no point beyond that part of its need, which makes the relaxation strong.
Solved by the dual network simplex with bounded arcs (Ahuja, Magnanti and Orlin 1993, section 11.9; Helgason and Kennington
1977): the tree of the last solve stays dual feasible when stock and openings change, and a few pivots mend it. Costs must be
without ties (the caller adds a jitter), which keeps the pivots from circling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._jit import kernel
from .transport_tree import UNPLANTED, bound_arcs, fill_arcs, link_tree, pivot, plant_tree, price_nodes, worst_arc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]

_PIVOTS_A_NODE = 400


@kernel
def serve(
    km: Floats,
    price: Floats,
    supply: Floats,
    need: Floats,
    allowed: Floats,
    penalty: Floats,
    breach_price: Floats,
    carry: Floats,
    share: Floats,
    usual: Floats,
    parent: Ints,
    begin: int,
    end: int,
    value: Floats,
    worth: Floats,
    link: Floats,
    unmet: Floats,
    breach: Floats,
) -> int:
    """Serve scenarios ``begin`` to ``end`` at least cost.

    Parameters
    ----------
    km : float64 array, shape (W, P, R)
        Below 0 where no road is open.
    price : float64 array, shape (R, I)
        Of a unit from each row.
    supply : float64 array, shape (W, R, I)
    need : float64 array, shape (W, P, I)
    allowed : float64 array, shape (W, I)
        Most units that may stay unmet.
    penalty, breach_price, carry : float64 array, shape (I,)
        Of a unit unmet; of a unit unmet beyond what is allowed; of a unit and kilometre.
    share : float64 array, shape (S,)
        Part of each site that is open; the first S rows are sites. Infinity puts no bound on what it serves of a point, which
        is weaker and, with many points, much faster; below 0 marks a closed site among such. Trees grown with and without
        bounds are not for each other.
    usual : float64 array, shape (S, I)
        What a site would hold if it were open: shapes the prices of closed ones, of which many are right.
    parent : int32 array, shape (W, I, R + 2 + P + 1)
        Read and written: the trees, for the next solve. The last entry of a tree is `UNPLANTED` at first.
    begin, end : int
    value : float64 array, shape (W, I)
        Written: least cost.
    worth : float64 array, shape (W, R, I)
    link : float64 array, shape (W, S, I)
        Written: for every other supply and share the cost is at least ``value + sum_r (supply - new supply) worth +
        sum_s (share - new share) link``.
    unmet, breach : float64 array, shape (W, I)
        Written: units unmet in all, and those beyond what is allowed.

    Returns
    -------
    int
        Pivots made; -1 where a tree did not settle, which rounding alone can do: then ``value`` and its prices are still a
        bound.
    """
    num_points, num_rows, num_items = km.shape[1], km.shape[2], price.shape[1]
    num_sites = share.shape[0]
    num_nodes = num_rows + 3 + num_points
    root = num_nodes - 1
    first = np.empty(num_nodes, np.int32)
    after = np.empty(num_nodes, np.int32)
    before = np.empty(num_nodes, np.int32)
    order = np.empty(num_nodes, np.int32)
    flow = np.empty(num_nodes)
    potential = np.empty(num_nodes)
    inside = np.zeros(num_nodes, np.int64)
    active = np.empty(num_points, np.int32)
    held = np.empty(num_rows + 2)
    cost = np.empty((num_points, num_rows + 2))
    limit = np.empty((num_points, num_rows + 2))
    upper = np.empty((num_points, num_rows + 2), np.bool_)
    full = np.empty((num_points * num_rows + 1, 2), np.int32)
    rows = np.empty(num_rows + 2, np.int32)
    gain = np.empty(num_points)
    pivots, is_settled, stamp = 0, True, 0
    for w in range(begin, end):
        for i in range(num_items):
            tree = parent[w, i]
            num_active, total = _active_points(need[w, :, i], active)
            value[w, i] = 0.0
            unmet[w, i] = 0.0
            breach[w, i] = 0.0
            worth[w, :, i] = 0.0
            link[w, :, i] = 0.0
            if num_active == 0:
                continue
            points = active[:num_active]
            largest = total
            for r in range(num_rows):
                held[r] = supply[w, r, i]
                largest = max(largest, held[r])
            held[num_rows] = allowed[w, i]
            held[num_rows + 1] = total
            for p in points:
                for r in range(num_rows):
                    distance = km[w, p, r]
                    cost[p, r] = distance * carry[i] + price[r, i] if distance >= 0 else np.inf
                    limit[p, r] = np.inf if r >= num_sites or share[r] < 0 else need[w, p, i] * share[r]
                cost[p, num_rows] = penalty[i]
                cost[p, num_rows + 1] = breach_price[i]
                limit[p, num_rows:] = np.inf
            if tree[root] == UNPLANTED:
                plant_tree(cost, limit, need[w, :, i], points, upper, tree)
            link_tree(points, num_rows + 2, tree, first, after, before, order)
            price_nodes(cost, order[: num_rows + 3 + num_active], tree, potential)
            bound_arcs(cost, limit, points, num_sites, tree, potential, upper, full)
            fill_arcs(limit, full, points, held, need[w, :, i], tree, order, flow)
            least = 1e-11 * largest
            made = 0
            while True:
                leaving = worst_arc(limit, points, tree, flow, least)
                if leaving < 0:
                    break
                made += 1
                stamp += 1
                if made > _PIVOTS_A_NODE * num_nodes or not pivot(
                    cost, limit, upper, full, rows, points, tree, first, after, before, order, flow, potential, inside, stamp, leaving
                ):
                    is_settled = False
                    break
            pivots += made
            value[w, i] = _worths(
                cost, held, need[w, :, i], share, usual[:, i], supply[w, :, i], potential, points, worth[w, :, i], link[w, :, i], gain
            )
            for r in range(num_rows, num_rows + 2):
                sent = 0.0 if tree[r] == root else max(flow[r], 0.0)
                for p in points:
                    if tree[num_rows + 2 + p] == r:
                        sent += max(flow[num_rows + 2 + p], 0.0)
                unmet[w, i] += sent
                if r > num_rows:
                    breach[w, i] = sent
    return pivots if is_settled else -1


@kernel
def list_flows(
    supply: Floats, need: Floats, allowed: Floats, parent: Ints, row: Ints, point: Ints, units: Floats, start: NDArray[np.int64]
) -> None:
    """Write what each tree sends where, scenario by scenario and item by item; for trees solved with an infinite ``share``.

    Parameters
    ----------
    supply, need, allowed, parent
        As `serve` was given and left them.
    row, point : int32 array
        Written: one entry a flow; rows from R on are unmet.
    units : float64 array
        Written.
    start : int64 array, shape (W * I + 1,)
        Written: where the flows of each scenario and item begin. Entries needed: at most ``W * I * (R + 2 + P)``.
    """
    num_scenarios, num_points, num_items = need.shape
    num_rows = supply.shape[1]
    num_nodes = num_rows + 3 + num_points
    root = num_nodes - 1
    first = np.empty(num_nodes, np.int32)
    after = np.empty(num_nodes, np.int32)
    before = np.empty(num_nodes, np.int32)
    order = np.empty(num_nodes, np.int32)
    flow = np.empty(num_nodes)
    held = np.empty(num_rows + 2)
    active = np.empty(num_points, np.int32)
    nothing = np.empty((0, 0))
    none = np.zeros((1, 2), np.int32)
    count = 0
    for w in range(num_scenarios):
        for i in range(num_items):
            start[w * num_items + i] = count
            num_active, total = _active_points(need[w, :, i], active)
            if num_active == 0:
                continue
            points = active[:num_active]
            for r in range(num_rows):
                held[r] = supply[w, r, i]
            held[num_rows] = allowed[w, i]
            held[num_rows + 1] = total
            tree = parent[w, i]
            link_tree(points, num_rows + 2, tree, first, after, before, order)
            fill_arcs(nothing, none, points, held, need[w, :, i], tree, order, flow)
            for place in range(1, num_rows + 3 + num_active):
                node = order[place]
                if node < num_rows + 2 and tree[node] != root:
                    row[count], point[count] = node, tree[node] - num_rows - 2
                elif node >= num_rows + 2:
                    row[count], point[count] = tree[node], node - num_rows - 2
                else:
                    continue
                units[count] = flow[node]
                count += flow[node] > 0
    start[num_scenarios * num_items] = count


@kernel
def _active_points(need: Floats, active: Ints) -> tuple[int, float]:
    """Write the points with a need; return how many and their sum."""
    count, total = 0, 0.0
    for p in range(need.shape[0]):
        if need[p] > 0:
            active[count] = p
            count += 1
            total += need[p]
    return count, total


@kernel
def _worths(
    cost: Floats,
    held: Floats,
    need: Floats,
    share: Floats,
    usual: Floats,
    supply: Floats,
    potential: Floats,
    points: Ints,
    worth: Floats,
    link: Floats,
    gain: Floats,
) -> float:
    """Write dual prices that hold whatever rounding did; return the value they prove."""
    num_rows = cost.shape[1]
    num_sites = share.shape[0]
    total = 0.0
    for p in points:
        potential[num_rows + p] = min(potential[num_rows + p], cost[p, num_rows - 1])
    for r in range(num_sites, num_rows - 1):  # vendors, and what may stay unmet
        dearest = 0.0
        for p in points:
            dearest = max(dearest, potential[num_rows + p] - cost[p, r])
        if r < num_rows - 2:
            worth[r] = dearest
        total -= held[r] * dearest
    for r in range(num_sites):
        if share[r] == np.inf:
            worth[r] = 0.0
            for p in points:
                worth[r] = max(worth[r], potential[num_rows + p] - cost[p, r])
        else:
            worth[r] = max(potential[r], 0.0)
            if share[r] <= 0:
                worth[r] = _closed_worth(cost[:, r], need, usual[r], potential, points, num_rows, gain)
            beyond = 0.0
            for p in points:
                beyond += need[p] * max(potential[num_rows + p] - worth[r] - cost[p, r], 0.0)
            link[r] = beyond
            total -= max(share[r], 0.0) * beyond
        total -= supply[r] * worth[r]
    for p in points:
        total += need[p] * potential[num_rows + p]
    return total


@kernel
def _closed_worth(cost: Floats, need: Floats, usual: float, potential: Floats, points: Ints, num_rows: int, gain: Floats) -> float:
    """Return the price of a unit at a closed site that makes opening it with its usual stock look least good: a quantile of its gains."""
    num_gains = 0
    for p in points:
        one = potential[num_rows + p] - cost[p]
        if one > 0:
            gain[num_gains] = p
            num_gains += 1
    served = 0.0
    for k in range(num_gains):
        best = k
        for j in range(k + 1, num_gains):
            if potential[num_rows + int(gain[j])] - cost[int(gain[j])] > potential[num_rows + int(gain[best])] - cost[int(gain[best])]:
                best = j
        p = int(gain[best])
        gain[best] = gain[k]
        served += need[p]
        if served >= usual:
            return float(potential[num_rows + p] - cost[p])
    return 0.0
