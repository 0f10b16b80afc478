"""Disruptions: by link, name, area, bridge and crossing; for a time; added up; and what they change."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ntb_relief.errors import CrsError, InputError, ReliefWarning, SchemaError, UnknownReferenceError
from ntb_relief.geo.disruption import Disruption, change_moments, disrupted, network_changes
from ntb_relief.geo.matrix import travel_matrix
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.scenarios import scenario_matrices
from ntb_relief.units import WITA
from tests.geo.networks import PROFILES, make_table, networks

SIX = datetime(2018, 8, 12, 6, tzinfo=WITA)
HOUR = timedelta(hours=1)


def named_network():
    """Five nodes in a row: a street over a bridge, a lane, a ferry-less end; lat all alike, 0.01 degrees apart."""
    rows = [(0, 1, "trunk"), (1, 2, "trunk"), (2, 3, "local"), (3, 4, "local")]
    table = make_table(5, [(a, b, "road", road_class, 6, 1000) for a, b, road_class in rows])
    names = ("Jalan Raya Senggigi", "Jalan Raya Senggigi", "Gang Mawar", "")
    table = replace(table, road_name=names, bridge=np.array([False, True, False, True]))
    return RoadNetwork.from_table(table, crossings=[], profiles=PROFILES)


effects = st.one_of(
    st.just({}),
    st.builds(lambda x: {"slow_factor": x}, st.floats(1, 9)),
    st.builds(lambda x: {"max_access": x}, st.integers(1, 5)),
    st.builds(lambda x, y: {"slow_factor": x, "max_access": y}, st.floats(1, 9), st.integers(1, 5)),
)


@settings(deadline=None, max_examples=150)
@given(
    networks(),
    st.lists(st.tuples(st.lists(st.integers(0, 15), max_size=3), effects, st.integers(-3, 3), st.integers(1, 3))),
    st.integers(-3, 3),
)
def test_disruptions_of_one_edge_add_up_while_they_hold(network, drawn, hour):
    """Closed wins, factors multiply, the lowest class holds, and those before their start or past their end do nothing."""
    roads = [edge for edge, kind in enumerate(network.table.kind) if kind != "ferry"]
    told = [
        Disruption(
            edges=tuple(roads[x % len(roads)] for x in edges if roads), start=SIX + begin * HOUR, end=SIX + (begin + hours) * HOUR, **how
        )
        for edges, how, begin, hours in drawn
    ]
    at = SIX + hour * HOUR
    broken = disrupted(network, told, at=at)
    factor, access = network.table.slow_factor.tolist(), network.table.access.tolist()
    for one in told:
        if not one.start <= at < one.end:
            continue
        for edge in set(one.edges):
            if one.slow_factor is None and one.max_access is None:
                factor[edge] = math.inf
            factor[edge] *= one.slow_factor or 1
            access[edge] = min(access[edge], one.max_access or 6)
    assert broken.table.slow_factor.tolist() == pytest.approx(factor)
    assert broken.table.access.tolist() == access
    changes = network_changes(network, broken)
    assert [one.edge for one in changes] == [
        edge for edge in range(len(factor)) if (factor[edge], access[edge]) != (1.0, network.table.access[edge])
    ]
    assert disrupted(network, [], at=at).table.slow_factor.tolist() == network.table.slow_factor.tolist()
    turned = {"closed": "opened", "slower": "faster", "restricted": "released"}
    assert [one.what for one in network_changes(broken, network)] == [turned[one.what] for one in changes]


def test_a_road_is_found_by_its_name_as_people_write_it():
    """Case, spaces and the word for road do not count; a wrong name gets the closest ones."""
    network = named_network()
    for text in ("Jalan Raya Senggigi", "jl. raya senggigi", "RAYA  SENGGIGI", "Jln Raya-Senggigi"):
        assert Disruption.on_road(network, text).edges == (0, 1)
    with pytest.raises(UnknownReferenceError, match=r"did you mean 'Jalan Raya Senggigi'\?"):
        Disruption.on_road(network, "Raya Sengigi")
    with pytest.raises(UnknownReferenceError, match="has no road names"):
        Disruption.on_road(RoadNetwork.from_ntb(), "Jalan Udayana")


def test_bridges_are_found_all_together_or_within_an_area():
    """A weight limit on a bridge closes it to the truck that is heavier, and to nobody else."""
    network = named_network()
    assert Disruption.on_bridges(network).edges == (1, 3)
    west = Disruption.on_bridges(network, shapely.box(116.012, -8.51, 116.018, -8.49), max_weight_kg=5000)
    assert west.edges == (1,)
    assert west.effect == "restricted"
    heavy = replace(PROFILES["truck"], id="heavy", weight_kg=8000)
    network = RoadNetwork.from_table(network.table, crossings=[], profiles=PROFILES | {"heavy": heavy})
    broken = disrupted(network, [west])
    places = {"a": "n0", "b": "n2"}
    assert travel_matrix(broken, places=places, profile="heavy").duration_s[0, 1] == -1
    assert travel_matrix(broken, places=places, profile="truck").duration_s[0, 1] > 0
    assert [(one.what, one.max_weight_kg) for one in network_changes(network, broken)] == [("restricted", (math.inf, 5000))]
    with pytest.raises(InputError, match="none lies in the area"):
        Disruption.on_bridges(network, shapely.box(116.001, -8.51, 116.002, -8.49))
    with pytest.raises(InputError, match="are not told by the table"):
        Disruption.on_bridges(RoadNetwork.from_ntb())


def test_a_crossing_is_closed_by_its_id_for_some_hours():
    """The ferry is gone while the waves are high, and back when they are not; a slow ferry is refused."""
    network = RoadNetwork.from_ntb()
    storm = Disruption.of_crossing(network, "kayangan-pototano", start=SIX, end=SIX + 12 * HOUR)
    assert disrupted(network, [storm], at=SIX - HOUR).num_closed == 0
    assert disrupted(network, [storm], at=SIX).num_closed == 1
    assert disrupted(network, [storm], at=SIX + 12 * HOUR).num_closed == 0
    assert storm.links(network) == (("port:KAYANGAN", "port:POTOTANO"),)
    assert change_moments([storm], after=SIX - HOUR, before=SIX + 24 * HOUR) == (SIX, SIX + 12 * HOUR)
    assert change_moments([storm], after=SIX, before=SIX + HOUR) == ()
    with pytest.raises(InputError, match="makes a ferry slow"):
        disrupted(network, [Disruption.of_crossing(network, "kayangan-pototano", slow_factor=2)])
    with pytest.raises(UnknownReferenceError, match="use one of kayangan-pototano"):
        Disruption.of_crossing(network, "lembar-padangbai")


def test_an_area_comes_as_a_polygon_as_geojson_or_as_a_file(tmp_path):
    """All three hit the same edges; only kinds that were asked for."""
    network, flood = named_network(), shapely.box(116.012, -8.51, 116.028, -8.49)
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(flood))}
    path = tmp_path / "banjir.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    for area in (flood, feature, {"type": "FeatureCollection", "features": [feature]}, feature["geometry"], path, str(path)):
        assert Disruption.in_area(network, area, slow_factor=2).edges == (1, 2)
    with pytest.raises(InputError, match="kind 'boat'"):
        Disruption.in_area(network, flood, kinds=["boat"])
    with pytest.raises(CrsError, match="reproject it"):
        Disruption.in_area(network, shapely.box(400_000, 9_050_000, 401_000, 9_051_000))
    with pytest.raises(SchemaError, match="holds no geometry"):
        Disruption.in_area(network, {"type": "Nothing"})
    with pytest.raises(InputError, match="is not valid: Self-intersection"):
        Disruption.in_area(network, {"type": "Polygon", "coordinates": [[[116, -8], [117, -9], [117, -8], [116, -9], [116, -8]]]})


def test_wrong_disruptions_are_told_at_once():
    """A factor below 1, no class, a weight of none, hours without offset, an end before the start, edges that are none."""
    with pytest.raises(InputError) as error:
        Disruption(edges=(), where="x", slow_factor=0.5, max_access=6, max_weight_kg=0, start=datetime(2018, 8, 12, 6), end=SIX)  # noqa: DTZ001
    assert [issue.what.split()[0] for issue in error.value.issues] == ["slow_factor", "max_access", "max_weight_kg", "2018-08-12T06:00:00"]
    with pytest.raises(InputError, match="not after it starts"):
        Disruption(edges=(), start=SIX, end=SIX)
    network = named_network()
    with pytest.raises(InputError, match="names edge 99"):
        disrupted(network, [Disruption(edges=(99,))])
    with pytest.raises(InputError, match="has no UTC offset"):
        disrupted(network, [Disruption(edges=(1,))], at=datetime(2018, 8, 12))  # noqa: DTZ001
    with pytest.raises(InputError, match="node 'x'"):
        Disruption.on_links(network, [("x", "n0")])
    with pytest.raises(InputError, match="do not have the same edges"):
        network_changes(network, RoadNetwork.from_ntb())


def test_a_hundred_disrupted_scenarios_are_customised_together():
    """Closed, slow and restricted roads in one stack give what each gives alone."""
    network = RoadNetwork.from_ntb()
    places = {"mataram": "kec:52.71.05", "gangga": "kec:52.08.02", "bima": "kec:52.72.05"}
    rng = np.random.default_rng(1)
    roads = np.flatnonzero(np.array(network.table.kind) == "road")
    how = [{}, {"slow_factor": 3.0}, {"max_access": 3}, {"max_access": 2, "slow_factor": 1.5}]
    scenarios = {
        f"s{row}": [Disruption(edges=tuple(rng.choice(roads, 300, replace=False).tolist()), **how[row % 4])] for row in range(100)
    } | {"mixed": [("port:KAYANGAN", "port:POTOTANO"), Disruption(edges=(5, 6), slow_factor=2.0)]}
    told = scenario_matrices(network, scenarios=scenarios, places=places, profile="light_truck")
    assert list(told) == list(scenarios)
    for name in ("s0", "s1", "s2", "s3", "s50", "s99"):
        alone = travel_matrix(disrupted(network, scenarios[name]), places=places, profile="light_truck")
        assert (told[name].duration_s == alone.duration_s).all()
        assert (told[name].distance_m == alone.distance_m).all()
    assert (told["mixed"].duration_s[:2, 2] == -1).all()


def test_waves_close_ferries_and_boats_for_their_time():
    """Above 1.25 m the small boats, above 2.5 m the ferry too; the day after all sail again; heights that are none are told."""
    network = RoadNetwork.from_ntb()
    kinds = {metres: {network.table.kind[edge] for edge in Disruption.in_waves(network, metres).edges} for metres in (1.2, 2.0, 3.0)}
    assert kinds == {1.2: set(), 2.0: {"boat"}, 3.0: {"boat", "ferry"}}
    day = datetime(2018, 8, 12, 6, tzinfo=WITA)
    storm = Disruption.in_waves(network, 3.0, start=day, end=day + timedelta(days=1))
    assert storm.where == "gelombang 3 m"
    assert disrupted(network, [storm], at=day).num_closed == 11
    assert disrupted(network, [storm], at=day + timedelta(days=1)).num_closed == 0
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="give the significant wave height in metres"):
            Disruption.in_waves(network, wrong)


def test_an_area_off_the_roads_is_told():
    """A polygon in the open sea closes nothing, and the planner hears of it."""
    with pytest.warns(ReliefWarning, match="area 'banjir' touches no edge of network 'ntb'"):
        found = Disruption.in_area(RoadNetwork.from_ntb(), shapely.box(116.0, -10.2, 116.1, -10.1), where="banjir")
    assert found.edges == ()
