"""Counts of past events: shared out whole, labelled, and with every disagreement told."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.data import read_table
from ntb_relief.errors import UnknownReferenceError
from ntb_relief.geo.events import event_poskos, list_events, share_out
from ntb_relief.geo.province import load_province
from ntb_relief.units import WITA

DATES = [(info.event, day) for info in list_events() for day in info.dates]


@pytest.fixture(scope="module")
def province():
    return load_province()


def people_by(poskos, *, length):
    sums = Counter()
    for posko in poskos:
        sums[posko.code[:length]] += posko.people
    return dict(sums)


def joined(needs):
    return "\n".join(needs.notes)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), min_size=1, max_size=30).filter(any))
def test_share_out_keeps_the_total_and_stays_within_one_unit(total, weights):
    """Parts are whole, add up, and none is a unit or more away from its exact share."""
    parts = share_out(total, weights=weights)
    assert sum(parts) == total
    assert all(abs(part * sum(weights) - total * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True))


def test_share_out_gives_the_rest_to_the_largest_remainders():
    """Seats of 1/2 and 1/3 remainders: the half comes first; of equals the first."""
    assert share_out(3, weights=[1, 1]) == [2, 1]
    assert share_out(4, weights=[3, 2, 1]) == [2, 1, 1]


def test_the_events_of_the_demo_are_listed():
    """Three events, each with its dates; those without a place in the demo are left out."""
    assert {info.event: info.dates for info in list_events()} == {
        "lombok-2018": ("2018-08-11", "2018-08-13", "2018-08-23"),
        "bima-2016": ("2016-12-24",),
        "mataram-2025": ("2025-07-09",),
    }


@pytest.mark.parametrize("event, day", DATES)
def test_every_reported_area_adds_up(province, event, day):
    """People (or households, where these were reported) of an area's desa sum exactly to the figure of the report."""
    needs = event_poskos(province, event, as_of=day)
    for count in needs.reported:
        inside = [posko for posko in needs.poskos if posko.code.startswith(f"{count.code}.")]
        unit = {"people": "people", "households": "households"}[count.unit]
        assert sum(getattr(posko, unit) for posko in inside) == count.value
    assert all(any(posko.code.startswith(f"{count.code}.") for count in needs.reported) for posko in needs.poskos)


@pytest.mark.parametrize("event, day", DATES)
def test_every_posko_is_a_desa_and_says_that_its_count_is_synthetic(province, event, day):
    """Place and node are the desa's, ids are unique, and the source names report and rule."""
    needs = event_poskos(province, event, as_of=day)
    nodes = {row["node"] for row in read_table("network_nodes")}
    assert len({posko.id for posko in needs.poskos}) == len(needs.poskos)
    for posko in needs.poskos:
        desa = province.desa[posko.code]
        assert (posko.lon, posko.lat, posko.node_id) == (desa.lon, desa.lat, desa.node_id)
        assert posko.node_id in nodes
        assert 0 < posko.households <= posko.people
        assert posko.provenance.confidence == "synthetic"
        assert posko.provenance.as_of == day
        assert posko.provenance.source.endswith("dibagi ke desa menurut jumlah penduduk")


def test_lombok_2018_by_kabupaten(province):
    """The default date is 11 August, planned from the next morning."""
    needs = event_poskos(province, "lombok-2018")
    assert needs.as_of == "2018-08-11"
    assert needs.start == datetime(2018, 8, 12, 6, tzinfo=WITA)
    assert people_by(needs.poskos, length=5) == {"52.08": 198_846, "52.01": 91_372, "52.03": 76_506, "52.71": 20_343}
    assert [(count.code, count.value) for count in needs.reported] == [
        ("52.08", 198_846),
        ("52.01", 91_372),
        ("52.03", 76_506),
        ("52.71", 20_343),
    ]
    assert needs.reported[0].source.startswith("BNPB via tirto.id")


def test_shares_follow_the_population(province):
    """Inside a kabupaten every desa has the same share of its population, to the rounding of one person."""
    needs = event_poskos(province, "lombok-2018")
    for posko in needs.poskos:
        if posko.code.startswith("52.08"):
            exact = 198_846 * province.desa[posko.code].population / sum(desa.population for desa in province.desa_of("52.08"))
            assert abs(posko.people - exact) < 1


def test_households_follow_the_area_own_ratio(province):
    """Lombok Utara's displaced live in households as large as the kabupaten's own, not in the usual five."""
    needs = event_poskos(province, "lombok-2018")
    desa = province.desa_of("52.08")
    ratio = sum(one.population for one in desa) / sum(one.households for one in desa)
    households = sum(posko.households for posko in needs.poskos if posko.code.startswith("52.08"))
    assert households == round(198_846 / ratio)
    assert 2.5 < ratio < 4.5


def test_another_date_moves_the_start(province):
    """Counts of 23 August are planned from the morning of the 24th, with Lombok Tengah now among them."""
    needs = event_poskos(province, "lombok-2018", as_of="2018-08-23")
    assert needs.start == datetime(2018, 8, 24, 6, tzinfo=WITA)
    assert people_by(needs.poskos, length=5)["52.02"] == 13_887
    assert sum(posko.people for posko in needs.poskos) == 387_529


def test_counts_that_disagree_are_told(province):
    """Parts and stated total stand side by side with their difference; matching totals are not called a conflict."""
    assert "bagian-bagiannya 352.736, laporan menyebut 352.793 (selisih 57)" in joined(
        event_poskos(province, "lombok-2018", as_of="2018-08-13")
    )
    assert "bagian-bagiannya 387.529, laporan menyebut 390.529 (selisih 3.000)" in joined(
        event_poskos(province, "lombok-2018", as_of="2018-08-23")
    )
    assert "bagian-bagiannya 105.754, laporan menyebut 105.758 (selisih 4)" in joined(event_poskos(province, "bima-2016"))
    assert "tidak cocok" not in joined(event_poskos(province, "lombok-2018", as_of="2018-08-11"))


def test_other_dates_stand_beside(province):
    """A planner of 11 August sees how the counts moved afterwards, and who was counted only later."""
    notes = joined(event_poskos(province, "lombok-2018"))
    assert "13 Agustus 2018 352.736 (laporan menyebut 352.793)" in notes
    assert "23 Agustus 2018 387.529 (laporan menyebut 390.529)" in notes
    assert "29 Agustus 2018 396.032 (hanya jumlah seluruhnya)" in notes
    assert "Kab. Lombok Tengah tidak ada dalam laporan tanggal ini (13.887 pada 23 Agustus 2018)" in notes
    assert "11 Agustus 2018 387.067" not in notes


def test_what_the_source_remarks_is_carried(province):
    """A remark beyond totals is quoted as it stands."""
    assert '"Sumbawa and KSB not counted yet"' in joined(event_poskos(province, "lombok-2018", as_of="2018-08-23"))
    assert 'Kec. Rasanae Timur: "4 kelurahan"' in joined(event_poskos(province, "bima-2016"))


def test_bima_warns_that_displaced_is_no_shelter_count(province):
    """The Indonesian warning holds the figures of the events table's own note."""
    (note,) = (row["note"] for row in read_table("events") if row["event"] == "bima-2016")
    assert "6,030" in note
    assert "19 posts" in note
    (warning,) = (text for text in event_poskos(province, "bima-2016").notes if text.startswith("PERINGATAN"))
    assert "6.030" in warning
    assert "19 titik" in warning
    assert "jiwa mengungsi): 24 Desember 2016 104.379 (laporan menyebut 104.378)" in joined(event_poskos(province, "bima-2016"))


def test_mataram_people_follow_the_reported_ratio(province):
    """Households are the reported ones; people add up to the 33,290 told beside them."""
    needs = event_poskos(province, "mataram-2025")
    assert sum(posko.households for posko in needs.poskos) == 8_536
    assert sum(posko.people for posko in needs.poskos) == 33_290
    for code, people in people_by(needs.poskos, length=8).items():
        (count,) = (one for one in needs.reported if one.code == code)
        assert abs(people - count.value * 33_290 / 8_536) < 1
    assert "33.290 jiwa / 8.536 KK = 3,90" in joined(needs)


def test_desa_without_point_or_count_are_named(province):
    """They get no posko; the notes say which they are."""
    needs = event_poskos(province, "lombok-2018", as_of="2018-08-23")
    new = [desa for desa in province.desa_of("52.02") if desa.node_id is None]
    assert len(new) == 15
    assert "Kab. Lombok Tengah: 15 desa baru tanpa titik" in joined(needs)
    for desa in new:
        assert desa.title in joined(needs)
    assert "Kel. Tanjung Karang Permai" in joined(needs)
    assert "52.71.04.1004" not in {posko.code for posko in needs.poskos}
    assert len(needs.poskos) == sum(len(province.desa_of(count.code)) for count in needs.reported) - 16


def test_an_unknown_event_lists_the_known_ones(province):
    """The error names the event and every name that can be used."""
    with pytest.raises(UnknownReferenceError, match="'lombok-2019' is not known; use one of lombok-2018, bima-2016, mataram-2025"):
        event_poskos(province, "lombok-2019")


def test_an_unknown_date_lists_the_known_ones(province):
    """A date without counts is refused with the dates that have some."""
    with pytest.raises(UnknownReferenceError, match="no counts of '2018-08-12'; use one of 2018-08-11, 2018-08-13, 2018-08-23"):
        event_poskos(province, "lombok-2018", as_of="2018-08-12")
