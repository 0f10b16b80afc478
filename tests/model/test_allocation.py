"""The allocation question: what it refuses, and that nobody can change it afterwards."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ntb_relief.errors import InputError
from ntb_relief.model.allocation import MAX_DISTANCE_M, MAX_QUANTITY, AllocationProblem

METRES = "give metres from 0 to 100000000, or -1 where no vehicle can bring goods"


def make_problem(**changes) -> AllocationProblem:
    parts = {
        "site_ids": ("MTR", "KSB"),
        "posko_ids": ("gangga", "bayan", "gili"),
        "item_ids": ("rice",),
        "supply": np.array([[50], [20]]),
        "need": np.array([[40], [30], [0]]),
        "level": np.array([[1], [2], [0]]),
        "mass_kg": np.array([1.0]),
        "distance_m": np.array([[60_000, 90_000, -1], [150_000, -1, 0]]),
    }
    return AllocationProblem(**(parts | changes))


def issues_of(**changes):
    with pytest.raises(InputError) as caught:
        make_problem(**changes)
    return [str(issue) for issue in caught.value.issues]


def test_arrays_are_own_copies_that_cannot_be_written():
    """What the caller does with the arrays afterwards changes nothing, and nobody else can write to them."""
    supply = np.array([[50], [20]], np.int32)
    problem = make_problem(supply=supply)
    supply[0, 0] = 7
    assert problem.supply.tolist() == [[50], [20]]
    assert problem.supply.dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        problem.supply[0, 0] = 7


def test_a_level_counts_only_where_something_is_needed():
    """The gili needs nothing, so its level 0 is no mistake."""
    assert make_problem().level[2, 0] == 0
    assert issues_of(level=np.array([[1], [0], [0]])) == [
        "need of posko 'bayan', item 'rice': priority level is 0; use 1 (life-saving), 2, 3 ..."
    ]


def test_a_transposed_matrix_is_called_that():
    """Poskos by sites instead of sites by poskos: the fix is to transpose."""
    assert issues_of(distance_m=np.zeros((3, 2), int)) == [
        "allocation problem, distance_m: has shape (3, 2); transpose it: rows and columns are swapped, the shape must be (2, 3)"
    ]


@pytest.mark.parametrize(
    "changes, issue",
    [
        ({"supply": np.zeros((3, 1), int)}, "allocation problem, supply: has shape (3, 1); give a (2, 1) array"),
        ({"need": np.zeros(3, int)}, "allocation problem, need: has shape (3,); give a (3, 1) array"),
        ({"level": np.ones((3, 2), int)}, "allocation problem, level: has shape (3, 2); give a (3, 1) array"),
        ({"mass_kg": np.ones(2)}, "allocation problem, mass_kg: has shape (2,); give a (1,) array"),
        ({"supply": np.array([[50.5], [20]])}, "allocation problem, supply: has dtype float64; give whole numbers (int64)"),
        ({"need": np.array([["4"], ["3"], ["0"]])}, "allocation problem, need: has dtype <U1; give whole numbers (int64)"),
        ({"mass_kg": np.array([True])}, "allocation problem, mass_kg: has dtype bool; give numbers"),
        ({"supply": [[1], [2, 3]]}, "allocation problem, supply: has rows of unlike length; give a (2, 1) array"),
        ({"site_ids": ("MTR", "MTR")}, "site 'MTR': is given 2 times; give each once, or add the quantities up"),
        ({"posko_ids": ("a", "b", "a")}, "posko 'a': is given 2 times; give each once, or add the quantities up"),
        ({"supply": np.array([[-5], [20]])}, "supply of site 'MTR', item 'rice': is -5; give whole units >= 0"),
        ({"need": np.array([[40], [-1], [0]])}, "need of posko 'bayan', item 'rice': is -1; give whole units >= 0"),
        ({"mass_kg": np.array([math.nan])}, "item 'rice': mass_kg is nan; give the weight of one unit, above 0"),
        ({"mass_kg": np.array([math.inf])}, "item 'rice': mass_kg is inf; give the weight of one unit, above 0"),
        ({"mass_kg": np.array([0.0])}, "item 'rice': mass_kg is 0.0; give the weight of one unit, above 0"),
        (
            {"supply": np.array([[MAX_QUANTITY], [1]])},
            "supply of item 'rice': adds up to 1e+12 units; stay below 1e+12; use a larger unit",
        ),
        (
            {"need": np.array([[np.iinfo(np.int64).max], [1], [0]])},
            "need of item 'rice': adds up to 9.22e+18 units; stay below 1e+12; use a larger unit",
        ),
        (
            {"distance_m": np.array([[0, 0, -2], [0, 0, 0]])},
            f"distance from site 'MTR' to posko 'gili': is -2 m; {METRES}",
        ),
        (
            {"distance_m": np.array([[0, 0, 0], [MAX_DISTANCE_M + 1, 0, 0]])},
            f"distance from site 'KSB' to posko 'gangga': is 100000001 m; {METRES}",
        ),
    ],
)
def test_what_is_refused(changes, issue):
    """Shapes, types, doubles, negatives and numbers beyond any meaning, each with its place and fix."""
    assert issues_of(**changes) == [issue]


def test_everything_is_told_at_once():
    """Several tables wrong in one way each: one error."""
    found = issues_of(supply=np.array([[-5], [-6]]), mass_kg=np.array([-1.0]), level=np.array([[0], [2], [0]]))
    assert [text.partition(":")[0] for text in found] == [
        "supply of site 'MTR', item 'rice'",
        "supply of site 'KSB', item 'rice'",
        "need of posko 'gangga', item 'rice'",
        "item 'rice'",
    ]


def test_replace_checks_anew():
    """A copy is as well checked as the first."""
    with pytest.raises(InputError, match="mass_kg is -1"):
        make_problem().replace(mass_kg=np.array([-1.0]))
