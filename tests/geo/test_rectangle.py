from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import InputError, UnknownReferenceError
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.no_way import explain_no_way
from ntb_relief.geo.rectangle import travel_tables
from ntb_relief.geo.stops import snap_to_edges
from ntb_relief.units import WITA
from tests.geo.networks import PROFILES, networks


@settings(deadline=None)
@given(networks(), st.data())
def test_tables_are_cut_out_of_the_matrix_and_every_gap_has_a_reason(network, data):
    """For all profiles at once; the empty cells are listed, and each is explained as `explain_no_way` does."""
    ids = st.lists(st.sampled_from(network.table.node_ids), min_size=1, max_size=4, unique=True)
    sources, targets = ({node: node for node in data.draw(ids)} for _ in range(2))
    tables = travel_tables(network, sources=sources, targets=targets, profiles=list(PROFILES))
    assert list(tables) == list(PROFILES)
    for profile, table in tables.items():
        places = {node: node for node in network.table.node_ids}
        matrix = travel_matrix(network, places=places, profile=profile)
        cells = np.ix_([matrix.place_ids.index(node) for node in sources], [matrix.place_ids.index(node) for node in targets])
        assert matrix.toll_idr is not None
        for mine, whole in (
            (table.duration_s, matrix.duration_s),
            (table.distance_m, matrix.distance_m),
            (table.toll_idr, matrix.toll_idr),
        ):
            assert (mine == whole[cells]).all()
        missing = {(one, other) for one in sources for other in targets if table.why(one, other) is not None}
        assert set(table.unreachable()) == missing
        for one, other in missing:
            assert table.why(one, other) == explain_no_way(network, from_node=one, to_node=other, profile=profile)


def test_a_stop_behind_a_closed_road_is_explained_by_the_road():
    """The posko lies on an edge; the closure between it and the store is named."""
    network = RoadNetwork.from_ntb().without([("port:KAYANGAN", "port:POTOTANO")])
    posko = snap_to_edges(network, {"posko": (118.72, -8.46)}, profile="4wd")
    table = travel_tables(network, sources={"gudang": "kec:52.71.05"}, targets=posko, profiles=["4wd"])["4wd"]
    assert table.unreachable() == (("gudang", "posko"),)
    why = table.why("gudang", "posko")
    assert why is not None
    assert why.closed_links == (("port:KAYANGAN", "port:POTOTANO"),)


def test_a_departure_counts_the_wait_for_that_ferry():
    """Who leaves for the ferry at 06:00 and 06:31 waits otherwise; a posko on an edge too; metres stay those of the way."""
    network = RoadNetwork.from_ntb()
    stops = snap_to_edges(network, {"posko": (116.9, -8.55)}, profile="4wd")
    targets = {"quay": "port:POTOTANO", **stops}
    ask = {"sources": {"west": "port:KAYANGAN"}, "targets": targets, "profiles": ["4wd"]}
    longest = travel_tables(network, **ask)["4wd"]
    told = [travel_tables(network, **ask, departure=datetime(2018, 8, 12, 6, minute, tzinfo=WITA))["4wd"] for minute in (0, 31)]
    assert [int(table.duration_s[0, 0]) // 60 for table in told] == [165, 194]
    drive_s = int(longest.duration_s[0, 1] - longest.duration_s[0, 0])
    assert [int(table.duration_s[0, 1] - table.duration_s[0, 0]) for table in told] == pytest.approx([drive_s, drive_s], abs=2)
    assert all((table.distance_m == longest.distance_m).all() for table in told)
    assert all((table.duration_s <= longest.duration_s).all() for table in told)
    with pytest.raises(InputError, match="has no UTC offset"):
        travel_tables(network, **ask, departure=datetime(2018, 8, 12, 6))  # noqa: DTZ001


def test_wrong_places_are_told():
    """Unknown places of a question, and one id for two places."""
    network = RoadNetwork.from_ntb()
    table = travel_tables(network, sources={"a": "kec:52.71.05"}, targets={"b": "kec:52.08.02"}, profiles=["4wd"])["4wd"]
    with pytest.raises(UnknownReferenceError, match="place 'b': is no source") as error:
        table.why("b", "c")
    assert len(error.value.issues) == 2
    with pytest.raises(InputError, match="one place as source and another as target"):
        travel_tables(network, sources={"a": "kec:52.71.05"}, targets={"a": "kec:52.08.02"}, profiles=["4wd"])
    with pytest.raises(UnknownReferenceError, match="profile 'truk'"):
        travel_tables(network, sources={}, targets={}, profiles=["truk"])


def test_a_table_becomes_a_frame():
    """A row a pair in hours and kilometres; a pair without a way is missing, not minus one."""
    network = RoadNetwork.from_ntb()
    targets = {"bima": "kec:52.72.05", "gili": "port:GILIAIR"}
    table = travel_tables(network, sources={"mataram": "kec:52.71.05"}, targets=targets, profiles=["4wd"])["4wd"]
    frame = table.to_frame().set_index("target")
    assert frame.loc["bima", "hours"] == table.duration_s[0, 0] / 3600
    assert frame.loc["bima", "km"] == table.distance_m[0, 0] / 1000
    assert frame.loc["bima", "toll_idr"] == 700_000
    assert frame.loc["gili", ["hours", "km", "toll_idr"]].isna().all()
