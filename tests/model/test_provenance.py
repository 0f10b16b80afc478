"""Facts carry where they come from, and every part of a question is frozen and travels between processes."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, fields

import pytest

from ntb_relief.model.needs import Need, Supply
from ntb_relief.model.places import Posko, Site
from ntb_relief.model.provenance import UNKNOWN, Provenance
from tests.factories import make_operation

OPERATION = make_operation()
PARTS = [
    OPERATION.items[0],
    OPERATION.rates[0],
    OPERATION.poskos[0],
    OPERATION.sites[0],
    OPERATION.needs[0],
    OPERATION.supplies[0],
    OPERATION.fleet_types[0],
    OPERATION.vehicles[0],
    OPERATION.closures[0],
    OPERATION.crossings[0],
    OPERATION.items[0].provenance,
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_parts_are_frozen_hashable_and_pickle(part):
    """Nothing can be set after the checks, equal parts are one key, and a copy from another process is equal."""
    copy = pickle.loads(pickle.dumps(part))  # noqa: S301 - our own bytes
    assert copy == part
    assert len({part, copy}) == 1
    with pytest.raises(FrozenInstanceError):
        setattr(part, fields(part)[0].name, "other")


@pytest.mark.parametrize(
    "fact",
    [
        Need("gangga", "rice", 4, 1),
        Supply("MTR", "rice", 4),
        Posko("gangga", "Posko Gangga", lon=116.2, lat=-8.3, node_id="n", people=10, households=3),
        Site("MTR", "Gudang", lon=116.1, lat=-8.6, node_id="n"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_a_fact_without_a_source_says_unknown(fact):
    """No source is no source: empty, never made up."""
    assert fact.provenance is UNKNOWN
    assert Provenance() == UNKNOWN
    assert (UNKNOWN.source, UNKNOWN.as_of, UNKNOWN.confidence) == ("", "", "")


def test_a_whole_operation_pickles():
    """Roads, profiles and all: the copy holds the same facts."""
    copy = pickle.loads(pickle.dumps(OPERATION))  # noqa: S301 - our own bytes
    assert copy.needs == OPERATION.needs
    assert copy.roads.node_ids == OPERATION.roads.node_ids
    assert (copy.roads.length_m == OPERATION.roads.length_m).all()
