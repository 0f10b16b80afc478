"""Chains of random ways against the plainest way to make them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from ntb_relief.geo.osm_chains import join_ways
from ntb_relief.geo.osm_file import RawTurn, RawWays
from ntb_relief.geo.osm_tags import TagReader
from tests.oracles.chains import joined

TOLD = tuple(TagReader().read(tags)[0] for tags in ({"highway": "primary"}, {"highway": "primary", "oneway": "yes"}, {"highway": "track"}))


@st.composite
def raw_ways(draw):
    """Draw ways over few nodes: rings, crossings, shared pieces, dead ends."""
    runs = draw(st.lists(st.tuples(st.lists(st.integers(0, 9), min_size=2, max_size=7), st.integers(0, 2)), min_size=1, max_size=7))
    runs = [([ref for row, ref in enumerate(refs) if row == 0 or refs[row - 1] != ref], code) for refs, code in runs]
    runs = [run for run in runs if len(run[0]) > 1] or [([0, 1], 0)]
    refs = np.array([ref for run, _ in runs for ref in run], dtype=np.int64)
    turns = tuple(RawTurn(0, node, 0, "no_u_turn") for node in draw(st.lists(st.integers(0, 9), max_size=2)))
    return RawWays(
        start=np.cumsum([0, *(len(run) for run, _ in runs)], dtype=np.int64),
        node_ref=refs,
        lonlat=np.stack([116 + refs / 100, -8 - refs**2 / 1000], axis=1),
        way_id=np.arange(len(runs), dtype=np.int64),
        facts=np.array([code for _, code in runs], dtype=np.int64),
        told=TOLD,
        ferry_s=np.full(len(runs), np.nan),
        turns=turns,
    )


def ring_free(nodes, one_way):
    """Return nodes so that a chain drawn the other way, or a ring begun elsewhere, is the same."""
    nodes = tuple(nodes)
    ways = [nodes] if one_way else [nodes, nodes[::-1]]
    if nodes[0] == nodes[-1]:
        ways = [way[row:-1] + way[: row + 1] for way in ways for row in range(len(way) - 1)]
    return min(ways)


@given(raw_ways())
def test_chains_are_those_made_by_joining_two_at_a_time(ways):
    """The same node sequences with the same facts; one-way chains keep their direction; no metre is lost."""
    chains = join_ways(ways)
    parts = [chains.node_ref[one:other].tolist() for one, other in zip(chains.start[:-1], chains.start[1:], strict=True)]
    found = sorted((ring_free(nodes, TOLD[code].one_way), code) for nodes, code in zip(parts, chains.facts.tolist(), strict=True))
    runs = [ways.node_ref[one:other].tolist() for one, other in zip(ways.start[:-1], ways.start[1:], strict=True)]
    forced = {turn.via_node for turn in ways.turns}
    expected = joined(runs, ways.facts.tolist(), one_way=[told.one_way for told in TOLD], forced=forced)
    assert found == sorted((ring_free(nodes, TOLD[code].one_way), code) for nodes, code in expected)
    lines = [ways.lonlat[one:other] for one, other in zip(ways.start[:-1], ways.start[1:], strict=True)]
    assert np.isclose(chains.length_m.sum(), sum(Geod(ellps="WGS84").line_length(*line.T) for line in lines))


@given(raw_ways(), st.data())
def test_some_ways_are_taken_whole(ways, data):
    """Taking ways keeps their nodes, places and facts, in the order asked for."""
    rows = np.array(data.draw(st.lists(st.integers(0, ways.way_id.size - 1), min_size=1, max_size=5)), dtype=np.int64)
    some = ways.take(rows)
    for number, row in enumerate(rows.tolist()):
        kept = slice(some.start[number], some.start[number + 1])
        old = slice(ways.start[row], ways.start[row + 1])
        assert some.node_ref[kept].tolist() == ways.node_ref[old].tolist()
        assert some.lonlat[kept].tolist() == ways.lonlat[old].tolist()
        assert some.facts[number] == ways.facts[row]
