"""Random small networks with ferries, for Hypothesis."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from hypothesis import strategies as st

from ntb_relief.geo.network import RoadNetwork
from ntb_relief.model.crossings import Crossing
from ntb_relief.model.travel import Profile, RoadTable
from ntb_relief.units import DAY_S, WITA

PROFILES = {
    "truck": Profile("truck", min_access=4, kinds=("road", "ferry"), speed_kph={"trunk": 36.0, "local": 18.0}),
    "bike": Profile("bike", min_access=2, kinds=("road", "ferry"), speed_kph={"trunk": 36.0, "local": 36.0}),
    "boat": Profile("boat", min_access=0, kinds=("boat",), speed_kph={"boat": 9.0}),
}


def make_table(num_nodes, edges):
    """Build a table from rows (from, to, kind, road class, access, length)."""
    return RoadTable(
        name="test",
        node_ids=tuple(f"n{row}" for row in range(num_nodes)),
        node_lon=116.0 + 0.01 * np.arange(num_nodes),
        node_lat=np.full(num_nodes, -8.5),
        edge_from=np.array([edge[0] for edge in edges], dtype=np.int32),
        edge_to=np.array([edge[1] for edge in edges], dtype=np.int32),
        kind=tuple(edge[2] for edge in edges),
        road_class=tuple(edge[3] for edge in edges),
        access=np.array([edge[4] for edge in edges], dtype=np.int8),
        length_m=np.array([edge[5] for edge in edges], dtype=np.int64),
        slow_factor=np.ones(len(edges)),
        confidence=("test",) * len(edges),
        source=("test",) * len(edges),
    )


def crossings(from_node="n0", to_node="n1", name="ferry"):
    """Draw a crossing with any daily timetable."""
    return st.builds(
        Crossing,
        id=st.just(name),
        from_node=st.just(from_node),
        to_node=st.just(to_node),
        departures_s=st.sets(st.integers(0, DAY_S - 1), min_size=1, max_size=6).map(lambda x: tuple(sorted(x))),
        duration_s=st.integers(0, 9_000),
        boarding_s=st.integers(0, 3_600),
        slots=st.just(2),
        fare_idr=st.integers(0, 1_000),
    )


@st.composite
def networks(draw):
    """Draw a network: few nodes, equal lengths (ties), parallel edges, loops, islands, up to two ferries."""
    num_nodes = draw(st.integers(2, 8))
    node = st.integers(0, num_nodes - 1)
    road = st.tuples(node, node, st.just("road"), st.sampled_from(["trunk", "local"]), st.integers(1, 6), st.sampled_from([0, 500, 1000]))
    boat = st.tuples(node, node, st.just("boat"), st.just("boat"), st.just(0), st.sampled_from([1000, 3000]))
    edges = draw(st.lists(st.one_of(road, road, boat), max_size=16))
    ports = draw(st.sets(st.tuples(node, node).filter(lambda pair: pair[0] < pair[1]), max_size=2))
    lines = [draw(crossings(f"n{one}", f"n{other}", f"ferry {one}-{other}")) for one, other in sorted(ports)]
    edges += [(one, other, "ferry", "ferry", 0, 4000) for one, other in sorted(ports)]
    return RoadNetwork.from_table(make_table(num_nodes, edges), crossings=lines, profiles=PROFILES)


starts = st.builds(lambda hour, minute: datetime(2018, 8, 12, hour, minute, tzinfo=WITA), st.integers(0, 23), st.integers(0, 59))
