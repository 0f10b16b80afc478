"""spopt on HiGHS through PuLP: what a planner installs to place facilities."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import CannotExpressError
from .answer import LocateAnswer

if TYPE_CHECKING:
    from .instance import LocateInstance

_MOST_PAIRS = 1_000_000
"""Its models are Python objects, some 2 kB a pair: more does not fit beside them."""


def solve(instance: LocateInstance, *, seconds: float, seed: int, threads: int) -> LocateAnswer:  # noqa: ARG001 - it takes no seed
    """Build spopt's model and let HiGHS solve it; a limit reached is told as such, which spopt itself does not."""
    import pulp

    begin = time.perf_counter()
    model = _model(instance)
    built = time.perf_counter()
    try:
        model.solve(pulp.HiGHS(msg=False, timeLimit=seconds, threads=threads), results=False)
    except RuntimeError:
        # Raised where the status of PuLP is not 'optimal', with no solution to read.
        spent = time.perf_counter() - built
        return LocateAnswer([], [], "INFEASIBLE" if spent < seconds else "NO_SOLUTION", None, spent, built - begin)
    spent = time.perf_counter() - built
    sites = [row for row, variable in enumerate(model.fac_vars) if (variable.value() or 0.0) > 0.5]  # noqa: PLR2004 - binary
    is_proven = spent < seconds and model.problem.sol_status == pulp.LpSolutionOptimal
    bound = float(pulp.value(model.problem.objective)) if is_proven else None
    return LocateAnswer(sites, [], "OPTIMAL" if is_proven else "TIME_LIMIT", bound, spent, built - begin)


def _model(instance: LocateInstance) -> Any:  # noqa: ANN401 - spopt ships no types
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    problem = instance.problem
    if problem not in {"pmedian", "pcenter", "setcover", "mclp"}:
        message = f"spopt has no model for {problem} as it is asked here"
        raise CannotExpressError(message)
    # Covering has variables for sites and points only, however long its rows take to write.
    if (problem in {"pmedian", "pcenter"} and instance.cost.size > _MOST_PAIRS) or not np.isfinite(instance.cost).all():
        message = f"spopt cannot state {instance.name}: {instance.cost.size} pairs are too many, or some have no way"
        raise CannotExpressError(message)
    weights = np.ones(len(instance.cost)) if instance.weight is None else instance.weight
    match problem:
        case "pmedian":
            return PMedian.from_cost_matrix(instance.cost, weights, p_facilities=instance.p)
        case "pcenter":
            return PCenter.from_cost_matrix(instance.cost, p_facilities=instance.p)
        case "mclp":
            return MCLP.from_cost_matrix(instance.cost, weights, service_radius=instance.radius, p_facilities=instance.p)
    if instance.fixed is not None and np.ptp(instance.fixed):
        message = "spopt's set cover knows no costs of sites"
        raise CannotExpressError(message)
    return LSCP.from_cost_matrix(instance.cost, service_radius=instance.radius)
