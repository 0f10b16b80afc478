from __future__ import annotations

import subprocess
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from ntb_relief.data import read_outline, read_table

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT.parent / "shared" / "ntb"
TABLES = sorted(path.name.removesuffix(".csv") for path in files("ntb_relief.data").iterdir() if path.name.endswith(".csv"))
CONFIDENCES = {"high", "medium", "low", "assumed", "incomplete"}


def codes(table):
    return {row["code"] for row in read_table(table)}


@pytest.mark.parametrize("name", [name for name in TABLES if name != "sources"])
def test_every_row_has_source_and_confidence(name):
    """Each row of each table says where it comes from, in words, and how far to trust it."""
    rows = read_table(name)
    titles = {row["title"] for row in read_table("sources")}
    assert rows
    assert all(any(row["source"].startswith(title) for title in titles) for row in rows)
    assert {row["confidence"] for row in rows} <= CONFIDENCES
    assert all(None not in row and None not in row.values() for row in rows)


def test_administration_is_whole():
    """10 kabupaten and kota, 117 kecamatan, 1,166 desa; codes are unique and every parent exists."""
    assert [len(codes(table)) for table in ("kabupaten", "kecamatan", "desa")] == [10, 117, 1166]
    assert [len(read_table(table)) for table in ("kabupaten", "kecamatan", "desa")] == [10, 117, 1166]
    assert {row["kecamatan_code"] for row in read_table("desa")} == codes("kecamatan")
    assert {row["kabupaten_code"] for row in read_table("kecamatan")} == codes("kabupaten")
    assert all(row["code"].startswith(row["kecamatan_code"] + ".") for row in read_table("desa"))
    assert all(row["code"].startswith(row["kabupaten_code"] + ".") for row in read_table("kecamatan"))
    assert {row["seat_kecamatan_code"] for row in read_table("kabupaten")} <= codes("kecamatan")


def test_gaps_stay_open():
    """16 desa have no point and 17 no count; they are marked, and no other row is."""
    rows = read_table("desa")
    assert sum(not row["lon"] for row in rows) == 16
    assert sum(not row["population"] for row in rows) == 17
    open_rows = {row["code"] for row in rows if not (row["lon"] and row["lat"] and row["population"] and row["households"])}
    assert open_rows == {row["code"] for row in rows if row["confidence"] == "incomplete"}


def test_counts_add_up_by_level():
    """Desa, kecamatan and kabupaten hold the same people and households (Dukcapil)."""
    for quantity, total in (("population", 5_602_997), ("households", 1_862_771)):
        sums = Counter()
        for row in read_table("desa"):
            sums[row["kecamatan_code"]] += int(row[quantity] or 0)
        assert sums == {row["code"]: int(row[quantity]) for row in read_table("kecamatan")}
        assert sum(int(row[quantity]) for row in read_table("kabupaten")) == total == sums.total()


def test_network_refers_to_what_exists():
    """Edges join known nodes, each once; every desa with a point, every kecamatan and every port has its node."""
    nodes = {row["node"] for row in read_table("network_nodes")}
    edges = read_table("network_edges")
    links = {frozenset((row["from_node"], row["to_node"])) for row in edges}
    assert (len(nodes), len(edges), len(links)) == (1652, 3265, 3265)
    assert set().union(*links) <= nodes
    assert {f"desa:{row['code']}" for row in read_table("desa") if row["lon"]} <= nodes
    assert {f"kec:{code}" for code in codes("kecamatan")} <= nodes
    for table, columns in (("ports", ["node"]), ("warehouses", ["node"]), ("crossings", ["from_node", "to_node"])):
        assert {row[column] for row in read_table(table) for column in columns} <= nodes


def test_rates_and_items_fit():
    """Every rate has its item; the demo plans with one rate an item, and the water conflict is carried as rows."""
    items = {row["item"] for row in read_table("items")}
    rates = read_table("need_rates")
    assert {row["item"] for row in rates} <= items
    assert max(Counter(row["item"] for row in rates if row["use"] == "default").values()) == 1
    assert sorted(int(row["rate"]) for row in rates if row["use"] == "conflict") == [67, 105]
    assert all(float(row[quantity]) > 0 for row in read_table("items") for quantity in ("mass_kg", "volume_l"))


def test_defaults_refer_to_each_other():
    """Vehicle types and speeds use known profiles."""
    profiles = {row["profile"] for row in read_table("profiles")}
    assert {row["profile"] for row in read_table("vehicle_types")} <= profiles
    assert {row["profile"] for row in read_table("speeds")} == profiles


@pytest.mark.parametrize(
    "as_of, parts, stated", [("2018-08-11", 387_067, 387_067), ("2018-08-13", 352_736, 352_793), ("2018-08-23", 387_529, 390_529)]
)
def test_stated_totals_stand_beside_their_parts(as_of, parts, stated):
    """The counts of Lombok 2018 are carried as reported, also where they do not add up."""
    rows = [row for row in read_table("events_impact") if (row["event_id"], row["as_of"], row["metric"]) == ("LBK2018", as_of, "displaced")]
    assert sum(int(row["value"]) for row in rows if row["level"] == "kabupaten") == parts
    assert [int(row["value"]) for row in rows if row["level"] == "provinsi"] == [stated]


def test_events_point_to_counts():
    """Each event of the demo finds its counts, and their codes are areas."""
    areas = codes("kabupaten") | codes("kecamatan") | {"52"}
    assert {row["code"] for row in read_table("events_impact")} <= areas
    for event in read_table("events"):
        wanted = [event[column] for column in ("event_id", "as_of", "metric", "level")]
        found = [row for row in read_table("events_impact") if [row[c] for c in ("event_id", "as_of", "metric", "level")] == wanted]
        assert len(found) >= 4


def test_outline_rings_are_closed_and_in_ntb():
    """The coast is closed rings between Bali and Komodo."""
    rings = read_outline()
    assert len(rings) >= 2
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
    assert all(115.8 < lon < 119.3 and -9.2 < lat < -8.0 for ring in rings for lon, lat in ring)


def test_the_tables_are_small():
    """All embedded facts together stay under 1 MB."""
    assert sum(len(path.read_bytes()) for path in files("ntb_relief.data").iterdir() if path.is_file()) < 1_000_000


@pytest.mark.skipif(not FACTS.exists(), reason="the folder of facts is not part of the project")
def test_tables_are_what_the_facts_say(tmp_path):
    """Writing the tables anew from the facts changes nothing."""
    for name in ("tools", "ntb_relief/data"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("tools/make_data.py", "ntb_relief/data/sources.csv", "ntb_relief/data/profile_figures.csv"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([sys.executable, str(tmp_path / "tools/make_data.py"), str(FACTS)], check=True)
    written = {path.name: path.read_bytes() for path in (tmp_path / "ntb_relief/data").iterdir()}
    assert written == {f"{name}.csv": (ROOT / f"ntb_relief/data/{name}.csv").read_bytes() for name in TABLES}
