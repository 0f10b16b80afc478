"""The search loop: ruin, recreate, accept or undo, in bounded steps (Christiaens & Vanden Berghe 2020, section 5)."""

from __future__ import annotations

import math

from .._jit import inlined_kernel, inner_kernel, lean_kernel, merged_kernel
from ..rng import below, uniform
from .arrays import (
    ACCEPTED,
    ARC_M,
    ARC_S,
    BEST,
    COST,
    CURRENT,
    DEPOT,
    END_ARC_M,
    END_ARC_S,
    FIRST,
    IMPOSSIBLE,
    KIND,
    LARGEST_LOAD,
    LAST,
    LEADER,
    NEXT,
    NEXT_MEMBER,
    NUM_BANK,
    OPTIONAL,
    PLACE,
    PREV,
    PRIZE,
    SIZE,
    SLOT,
    STAMP,
    ZERO,
)
from .recreate import recreate, sort_absent
from .ruin import SPLIT_COLUMN, ruin
from .schedule import forget, refresh
from .split import is_taken_over, join_parts

MOST_GREED = 2.0  # times its prize that an optional stop may cost beyond the prize itself, for the moment
GREED_AT_START = 1e18
MOST_RECALLED = 10  # unserved stops tried again in one iteration


@inner_kernel
def recall_unserved(problem, state, scratch, seed, num_absent):
    """Add some unserved stops near the seed, and one from anywhere, to the absent ones; return the new count."""
    recalled = 0
    for k in range(-1, problem.near.shape[1]):
        c = seed if k < 0 else problem.near[seed, k]
        if c == 0 or recalled == MOST_RECALLED - 1:
            break
        c = problem.stop[c, LEADER]
        if state.bank[c, 1] >= 0 and state.node[c, SLOT] == -1:
            scratch.absent[num_absent] = c
            num_absent += 1
            recalled += 1
            state.node[c, SLOT] = -2
    c = state.bank[below(state.rng, state.total[NUM_BANK]), 0]
    if state.node[c, SLOT] == -1:
        scratch.absent[num_absent] = c
        num_absent += 1
        state.node[c, SLOT] = -2
    return num_absent


@merged_kernel
def undo(problem, state, scratch, vehicles):
    """Put the journalled routes back as they were before this iteration."""
    node, vehicle = state.node, state.vehicle
    # All nodes now in the touched routes leave first: a stop may have moved from one to another.
    for i in range(vehicles):
        x = vehicle[scratch.journal_vehicle[i, 0], FIRST]
        while x:
            forget(state, x)
            if problem.flags[LARGEST_LOAD] and node[x, DEPOT] < 0:
                state.demand[x, 0] = 0
            x = node[x, NEXT]
    row = 0
    for i in range(vehicles):
        v = scratch.journal_vehicle[i, 0]
        vehicle[v, FIRST], vehicle[v, LAST] = 0, 0
        p = 0
        while row < scratch.journal_vehicle[i, 1]:
            x = scratch.journal[row, 0]
            node[x, ARC_M], node[x, ARC_S] = scratch.journal[row, 1], scratch.journal[row, 2]
            node[x, DEPOT] = scratch.journal[row, 3]
            if node[x, DEPOT] >= 0:
                node[x, PLACE] = problem.depot[node[x, DEPOT], 0]
            elif problem.flags[LARGEST_LOAD]:
                state.demand[x, 0] = scratch.journal[row, SPLIT_COLUMN]
            node[x, SLOT], node[x, PREV], node[x, NEXT] = v, p, 0
            if p:
                node[p, NEXT] = x
            else:
                vehicle[v, FIRST] = x
            p = x
            row += 1
        vehicle[v, LAST] = p
        vehicle[v, END_ARC_M] = scratch.journal_vehicle[i, 2]
        vehicle[v, END_ARC_S] = scratch.journal_vehicle[i, 3]
        refresh(problem, state, v)
        if vehicle[v, SIZE] == 0:
            scratch.hint[vehicle[v, KIND]] = min(scratch.hint[vehicle[v, KIND]], v)


@inlined_kernel
def is_served(problem, state, c):
    """Tell whether a stop, or one of its group, is in a route."""
    x = problem.stop[c, NEXT_MEMBER]
    while x != c and state.node[x, SLOT] < 0:
        x = problem.stop[x, NEXT_MEMBER]
    return state.node[x, SLOT] >= 0


@lean_kernel
def settle_bank(problem, state, scratch, num_absent):
    """Enter the absent stops that stayed out into the bank of unserved ones, and strike those that came in."""
    bank, total = state.bank, state.total
    for i in range(num_absent):
        c = scratch.absent[i]
        served = is_served(problem, state, c) or is_taken_over(problem, state, c)
        place = bank[c, 1]
        if served and place >= 0:
            total[NUM_BANK] -= 1
            moved = bank[total[NUM_BANK], 0]
            bank[place, 0] = moved
            bank[moved, 1] = place
            bank[c, 1] = -1
        elif not served and place < 0:
            bank[total[NUM_BANK], 0] = c
            bank[c, 1] = total[NUM_BANK]
            bank[c, 2] = state.demand[c, 0]
            total[NUM_BANK] += 1
        if state.node[c, SLOT] == -2:
            state.node[c, SLOT] = -1


@inner_kernel
def release_absent(problem, state, scratch, num_absent):
    """Mark the stops that are still out after an undo."""
    for i in range(num_absent):
        c = scratch.absent[i]
        if problem.flags[LARGEST_LOAD] and state.bank[c, 1] >= 0:
            state.demand[c, 0] = state.bank[c, 2]
        if state.node[c, SLOT] == -2:
            state.node[c, SLOT] = -1


@lean_kernel
def keep_best(state, best):
    """Copy the current solution as the best one."""
    state.total[BEST] = state.total[CURRENT]
    copy_rows(state.node, best.node)
    copy_rows(state.vehicle, best.vehicle)
    copy_rows(state.bank, best.bank)
    copy_rows(state.demand, best.demand)
    for i in range(state.total.shape[0]):
        best.total[i] = state.total[i]


@inner_kernel
def copy_rows(source, target):
    """Copy one 2-D array into another of the same shape."""
    for i in range(source.shape[0]):
        for j in range(source.shape[1]):
            target[i, j] = source[i, j]


def price(problem, state):
    """Return the cost of all routes and prizes of the unserved, from scratch."""
    return state.vehicle[:, COST].sum() + problem.stop[state.bank[: state.total[NUM_BANK], 0], PRIZE].sum()


@inner_kernel
def take_all_unserved(state, scratch):
    """Make all unserved stops absent; return how many they are."""
    for i in range(state.total[NUM_BANK]):
        scratch.absent[i] = state.bank[i, 0]
    return state.total[NUM_BANK]


@lean_kernel
def search(problem, state, scratch, best, iterations, hot, cold, mean_removed, longest_string, width, draw, seeds):
    """Run `iterations` of ruin and recreate while the temperature falls from `hot` to `cold`; a first one builds where `draw` says so.

    That one inserts all unserved stops and is the best solution then. Optional stops come in whatever they cost: the search
    leaves out what does not pay more easily than it opens a route that pays with several stops only.

    Parameters
    ----------
    problem : RoutingArrays
    state : RoutingState
        The current solution; written.
    scratch : Scratch
    best : BestCopy
        Written when a better solution is met.
    iterations : int
    hot, cold : float
        Temperatures in the unit of cost.
    mean_removed, longest_string : float, int
        Average stops removed and longest string (c-bar and L-max of the paper).
    width : int
        Near stops tried in an insertion.
    draw : float
        Order of the stops that are inserted first, as in `sort_absent`; negative: only the search.
    seeds : int
        So many of these open trips of their own.
    """
    cooling = (cold / hot) ** (1.0 / max(1, iterations))
    temperature = hot
    total = state.total
    # The building one is the same code: compiled for itself it would take longer than it runs.
    building = draw >= 0
    for _ in range(iterations + building):
        total[STAMP] += 1
        if building:
            num_absent, rows, vehicles, delta = take_all_unserved(state, scratch), ZERO, ZERO, ZERO
            threshold, greed, order, trips = float(IMPOSSIBLE), GREED_AT_START, draw, seeds
            limit = threshold
        else:
            seed, num_absent, rows, vehicles, delta = ruin(problem, state, scratch, mean_removed, longest_string)
            threshold = -temperature * math.log(uniform(state.rng) + 1e-300)
            limit, greed, trips = threshold, 1.0, ZERO
            if problem.flags[OPTIONAL] and uniform(state.rng) < 0.5:
                greed += MOST_GREED * uniform(state.rng)
            if total[NUM_BANK]:
                removed = num_absent
                num_absent = recall_unserved(problem, state, scratch, seed, num_absent)
                if num_absent > removed:
                    limit = float(IMPOSSIBLE)
            if problem.flags[LARGEST_LOAD]:
                num_absent = join_parts(problem, state, scratch, num_absent)
            order = uniform(state.rng)
        sort_absent(problem, state, scratch, num_absent, order)
        rows, vehicles, delta = recreate(problem, state, scratch, num_absent, trips, greed, rows, vehicles, delta, width, limit)
        if delta < threshold:
            total[ACCEPTED] += 1
            total[CURRENT] += delta
            settle_bank(problem, state, scratch, num_absent)
            if building or total[CURRENT] < total[BEST]:
                keep_best(state, best)
        else:
            undo(problem, state, scratch, vehicles)
            release_absent(problem, state, scratch, num_absent)
        temperature *= cooling
        building = False
