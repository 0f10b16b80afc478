from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.province import load_province
from ntb_relief.geo.sailings import longest_crossing_s
from ntb_relief.model.travel import UNREACHABLE
from ntb_relief.units import DAY_S, WITA
from tests.geo.networks import PROFILES, networks, starts
from tests.oracles.graph import shortest_labels


def arcs_of(network, profile, *, start, latest_s):
    """List the arcs by the table's own rule, edge by edge."""
    table = network.table
    arcs = []
    for edge in range(len(table.kind)):
        seconds = table.edge_duration_s(edge, network.profiles[profile])
        if seconds == UNREACHABLE:
            continue
        one, other = int(table.edge_from[edge]), int(table.edge_to[edge])
        if table.kind[edge] == "ferry":
            ports = {table.node_ids[one], table.node_ids[other]}
            (crossing,) = (line for line in network.crossings if {line.from_node, line.to_node} == ports)
            seconds = longest_crossing_s(crossing, start=start, latest_s=latest_s)
        arcs += [(one, other, seconds, int(table.length_m[edge])), (other, one, seconds, int(table.length_m[edge]))]
    return arcs


@pytest.mark.tiny
@settings(deadline=None)
@given(networks(), st.sampled_from(sorted(PROFILES)), starts, st.none() | st.integers(0, 2 * DAY_S))
def test_matrix_equals_the_slow_twin(network, profile, start, latest_s):
    """Durations and distances are those of plain Bellman-Ford over the usable edges; no path is -1, never a big number."""
    ids = network.table.node_ids
    matrix = travel_matrix(network, places={f"place {x}": x for x in ids}, profile=profile, start=start, latest_s=latest_s)
    arcs = arcs_of(network, profile, start=start, latest_s=latest_s)
    for row in range(len(ids)):
        labels = [label or (UNREACHABLE, UNREACHABLE) for label in shortest_labels(len(ids), arcs, source=row)]
        assert list(zip(matrix.duration_s[row].tolist(), matrix.distance_m[row].tolist(), strict=True)) == labels
    assert matrix.toll_idr is not None
    assert ((matrix.toll_idr == UNREACHABLE) == (matrix.duration_s == UNREACHABLE)).all()


def test_places_may_share_a_node():
    """Two poskos of one desa are 0 apart and see the rest alike."""
    network = RoadNetwork.from_ntb()
    places = {"A": "desa:52.08.02.2001", "B": "kec:52.71.05", "C": "desa:52.08.02.2001"}
    matrix = travel_matrix(network, places=places, profile="4wd")
    assert matrix.place_ids == ("A", "B", "C")
    assert matrix.duration_s[0, 2] == matrix.duration_s[2, 0] == 0
    assert matrix.duration_s[0, 1] == matrix.duration_s[2, 1] > 0


def test_the_ferry_to_sumbawa_is_timed_and_paid():
    """Mataram to Kota Bima by truck: one fare, and the hourly ferry costs boarding, an hour's wait and the sailing."""
    network = RoadNetwork.from_ntb()
    places = {"mataram": "kec:52.71.05", "west": "port:KAYANGAN", "east": "port:POTOTANO", "bima": "kec:52.72.05"}
    matrix = travel_matrix(network, places=places, profile="heavy_truck")
    assert matrix.toll_idr is not None
    assert matrix.duration_s[1, 2] == 30 * 60 + 60 * 60 + 105 * 60
    assert matrix.duration_s[0, 3] == matrix.duration_s[0, 1] + matrix.duration_s[1, 2] + matrix.duration_s[2, 3]
    assert matrix.toll_idr.tolist() == [
        [0, 0, 700_000, 700_000],
        [0, 0, 700_000, 700_000],
        [700_000, 700_000, 0, 0],
        [700_000, 700_000, 0, 0],
    ]


def test_unknown_places_and_profiles_are_told_together():
    """Every wrong node is named in one error; so is a wrong profile."""
    network = RoadNetwork.from_ntb()
    with pytest.raises(UnknownReferenceError) as error:
        travel_matrix(network, places={"a": "desa:x", "b": "kec:52.71.05", "c": "kec:y"}, profile="4wd")
    assert [issue.where for issue in error.value.issues] == ["node 'desa:x'", "node 'kec:y'"]
    with pytest.raises(UnknownReferenceError, match="heavy_truck"):
        travel_matrix(network, places={}, profile="tank")


def test_all_desa_in_one_matrix():
    """1,150 desa points by 4WD: 1,142 are joined, and the matrix is symmetric as all edges go both ways."""
    places = {desa.code: desa.node_id for desa in load_province().desa.values() if desa.node_id is not None}
    matrix = travel_matrix(RoadNetwork.from_ntb(), places=places, profile="4wd")
    assert matrix.num_places == 1150
    mataram = matrix.place_ids.index("52.71.05.1001")
    assert np.count_nonzero(matrix.duration_s[mataram] != UNREACHABLE) == 1142
    assert (matrix.duration_s == matrix.duration_s.T).all()
    assert (matrix.distance_m == matrix.distance_m.T).all()


@pytest.mark.parametrize(
    "wrong, told",
    [
        ({"threads": 0}, "threads: is 0; give 1 or more"),
        ({"start": datetime(2018, 8, 12)}, "has no UTC offset"),  # noqa: DTZ001
        ({"start": datetime(2018, 8, 12, tzinfo=WITA), "latest_s": -5}, "latest_s: is -5"),
    ],
)
@pytest.mark.parametrize("size", [2, 1000])
def test_wrong_spans_are_told_whichever_engine_answers(wrong, told, size):
    """Few places are searched, many swept; both refuse alike, ferries on the way or not."""
    network = RoadNetwork.from_ntb()
    places = {name: name for name in network.table.node_ids[:size]}
    with pytest.raises(InputError, match=told):
        travel_matrix(network, places=places, profile="4wd", **wrong)
