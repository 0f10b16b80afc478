"""The line of JSON: what it says of answers that are missing, broken or good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import record
from benchmarks.checker import check
from benchmarks.instances import read_instance
from benchmarks.peers.answer import Answer

if TYPE_CHECKING:
    import pytest

TINY = Path(__file__).resolve().parents[1] / "instances" / "routing"
BEST = [[1, 2], [3, 4], [5, 6]]


def _record(routes: list[list[int]], *, bound: float | None = None, best_known: float | None = 60) -> record.Record:
    instance = read_instance(TINY / "cvrp_x/tiny-n7-k3.vrp")
    answer = Answer(routes, "TIME_LIMIT", seconds=1.23456, build_seconds=0.25, bound=bound)
    return record.make_record(instance, answer, check(instance, routes), solver="pyvrp", seed=1, best_known=best_known, read_seconds=0.5)


def test_gaps_are_per_cent_of_the_cost_and_of_the_best_known():
    row = _record(BEST, bound=56.7)
    assert row.objective == 63
    assert row.gap_to_best_known_pct == 5
    assert row.gap_to_bound_pct == 10
    assert (row.seconds, row.build_seconds, row.compile_seconds) == (1.235, 0.75, 0)


def test_gaps_of_broken_answers_are_not_told():
    row = _record([[1, 2], [3, 4], [5]], bound=40)
    assert row.feasible is False
    assert row.objective == 50
    assert row.gap_to_best_known_pct is row.gap_to_bound_pct is None
    assert row.violations == ["client 6 is not served"]


def test_gaps_without_a_reference_are_null():
    row = _record(BEST, best_known=None)
    assert row.gap_to_best_known_pct is row.gap_to_bound_pct is row.best_known is None
    assert row.feasible


def test_no_routes_is_no_objective():
    row = _record([])
    assert (row.objective, row.feasible, row.violations) == (None, False, ["no routes were found"])
    assert json.loads(row.to_json())["objective"] is None


def test_many_violations_are_counted_not_listed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(record, "_TOLD_VIOLATIONS", 2)
    assert _record([[1]]).violations == ["client 2 is not served", "client 3 is not served", "and 3 more"]
