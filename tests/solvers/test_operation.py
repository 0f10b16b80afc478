"""The main job on random operations and on the real province."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from ntb_relief.io.scenario import load_event
from ntb_relief.model.operation import Closure
from ntb_relief.plan.operation_plan import Cause
from ntb_relief.plan.verify import verify
from ntb_relief.solvers.operation import solve_operation
from ntb_relief.solvers.stop import MaxIterations
from tests.strategies import operations

CALM = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@CALM
@given(operation=operations())
def test_every_plan_of_a_random_operation_passes_the_judge(operation):
    """Whatever the roads, stocks and fleets, the plan is valid."""
    result = solve_operation(operation, stop=MaxIterations(100), rng=1)
    assert verify(operation, result.plan) == []


def test_a_village_that_is_cut_off_is_short_for_want_of_access():
    """Closing every link of a desa leaves it unserved with that cause; opening them serves it."""
    operation = load_event("mataram-2025")
    posko = operation.poskos[0]
    table = operation.roads
    row = table.node_ids.index(posko.node_id)
    links = {(table.node_ids[a], table.node_ids[b]) for a, b in zip(table.edge_from, table.edge_to, strict=True) if row in {int(a), int(b)}}
    cut = operation.replace(closures=tuple(Closure(a, b, where="uji") for a, b in sorted(links)))
    causes = {short.cause for short in solve_operation(cut, stop=MaxIterations(500), rng=1).plan.shortfalls if short.posko_id == posko.id}
    assert causes == {Cause.NO_ACCESS}
    served = solve_operation(operation, stop=MaxIterations(500), rng=1).plan
    assert any(flow.posko_id == posko.id for flow in served.flows)
