"""Access by kecamatan before and after, and the planner's tables over it."""

from __future__ import annotations

import pytest

from ntb_relief.errors import UnknownReferenceError
from ntb_relief.geo.access_map import access_changes, desa_people
from ntb_relief.geo.coverage import coverage
from ntb_relief.geo.criticality import link_criticality
from ntb_relief.geo.disruption import Disruption, disrupted, network_changes
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.province import load_province
from ntb_relief.geo.rankings import access_frame, changes_frame, criticality_frame, link_name, place_name, restoration_frame
from ntb_relief.geo.restoration import restoration_order

PROVINCE, NETWORK = load_province(), RoadNetwork.from_ntb()
BAYAN = ("desa:52.08.04.2002", "desa:52.08.04.2001")
FERRY = ("port:KAYANGAN", "port:POTOTANO")


@pytest.mark.parametrize("limit_s", [None, 3 * 3600])
def test_kecamatan_add_up_to_the_coverage(limit_s):
    """People, reached before and after, and the isolated desa are those of the two coverages, each in its kecamatan."""
    cut = NETWORK.without([BAYAN])
    rows = access_changes(PROVINCE, NETWORK, cut, warehouses=["kec:52.71.05"], profile="light_truck", limit_s=limit_s)
    people = desa_people(PROVINCE)
    was, now = (coverage(one, people=people, warehouses=["kec:52.71.05"], profile="light_truck") for one in (NETWORK, cut))
    assert [row.code for row in rows] == list(PROVINCE.kecamatan)
    assert sum(row.people for row in rows) == sum(people.values())
    assert sum(row.reached_before for row in rows) == was.people_within(limit_s)
    assert sum(row.reached_after for row in rows) == now.people_within(limit_s)
    assert {f"desa:{code}" for row in rows for code in row.isolated} == set(was.lost_in(now, limit_s=limit_s))
    assert all(code.startswith(f"{row.code}.") for row in rows for code in row.isolated)
    for row in rows:
        assert row.people_isolated == sum(PROVINCE.desa[code].population or 0 for code in row.isolated)
        assert (row.longest_before_s is None) == (row.reached_before == 0)
        assert limit_s is None or (row.longest_after_s or 0) <= limit_s
    frame = access_frame(rows)
    assert frame["jiwa_terisolasi"].sum() == sum(row.people_isolated for row in rows)
    assert list(frame["kode"]) == list(PROVINCE.kecamatan)


def test_the_ranking_names_the_link_and_who_is_behind_it():
    """Closing the first link of the table isolates as many people as the table says, and the greatest desa are named."""
    people = desa_people(PROVINCE)
    impacts = link_criticality(NETWORK, people=people, origins=["kec:52.71.05", "kec:52.72.05"], profile="light_truck", most=30)
    frame = criticality_frame(PROVINCE, NETWORK, impacts)
    assert list(frame["peringkat"]) == list(range(1, 31))
    first = frame.iloc[0]
    cut = NETWORK.without([(first["simpul_awal"], first["simpul_akhir"])])
    rows = access_changes(PROVINCE, NETWORK, cut, warehouses=["kec:52.71.05", "kec:52.72.05"], profile="light_truck")
    assert sum(row.people_isolated for row in rows) == first["jiwa_terisolasi"] > 10_000
    assert sum(len(row.isolated) for row in rows) == first["desa_terisolasi"]
    largest = max((PROVINCE.desa[code] for row in rows for code in row.isolated), key=lambda desa: desa.population or 0)
    assert first["siapa"].startswith(largest.title)
    around = [one for one in impacts if one.detour_s is not None]
    assert all(frame.iloc[impacts.index(one)]["menit_memutar"] == pytest.approx(one.detour_s / 60, abs=0.06) for one in around)


def test_tables_name_places_and_not_nodes():
    """Ports and junctions too, the latter by the nearest desa; an unknown node is told."""
    assert place_name(PROVINCE, NETWORK, "port:KAYANGAN") == "Pelabuhan Kayangan (Labuhan Lombok)"
    assert place_name(PROVINCE, NETWORK, "kec:52.08.02") == "Kec. Gangga"
    assert place_name(PROVINCE, NETWORK, "road:530240") == "dekat Desa Poto Tano"
    assert link_name(PROVINCE, NETWORK, BAYAN) == "jalan lokal, Desa Loloan - Desa Bayan"
    with pytest.raises(UnknownReferenceError, match="node 'road:x'"):
        place_name(PROVINCE, NETWORK, "road:x")


def test_changes_and_repairs_have_their_tables():
    """What changed in the planner's words; which link is open when, and for whom."""
    broken = disrupted(
        NETWORK, [Disruption.on_links(NETWORK, [BAYAN]), Disruption(edges=(0,), slow_factor=2.5), Disruption(edges=(1,), max_access=3)]
    )
    frame = changes_frame(PROVINCE, NETWORK, network_changes(NETWORK, broken))
    assert sorted(frame["perubahan"]) == ["dibatasi", "ditutup", "lebih lambat"]
    assert frame[frame["perubahan"] == "lebih lambat"]["kali_lebih_lambat"].item() == 2.5
    closed = NETWORK.without([BAYAN, FERRY])
    order = restoration_order(
        closed, repair_s={BAYAN: 3600, FERRY: 7200}, people=desa_people(PROVINCE), origins=["kec:52.71.05"], profile="light_truck"
    )
    table = restoration_frame(PROVINCE, NETWORK, order)
    assert list(table["urutan"]) == [1, 2]
    assert list(table["selesai_jam"]) == [2.0, 3.0]
    assert "feri" in table.iloc[0]["ruas"]
    assert changes_frame(PROVINCE, NETWORK, ()).empty
