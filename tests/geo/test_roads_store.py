from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from dataclasses import fields, replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings

from ntb_relief.errors import InputError, MissingExtraError, SchemaError
from ntb_relief.geo.crossing_rules import with_crossings
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.model.crossings import Cancellation
from ntb_relief.units import WITA
from tests.geo.networks import networks
from tests.geo.osm_files import line_nodes, write_osm


def loaded(tmp_path):
    nodes = line_nodes(6, step=0.0012345) | {9: (116.03, -8.4)}
    ways = [
        (1, [1, 2, 3], {"highway": "primary", "name": "Jalan “A”", "oneway": "yes"}),
        (2, [3, 4, 5], {"highway": "track", "maxspeed": "30"}),
        (3, [5, 6], {"route": "ferry", "duration": "40"}),
    ]
    return RoadNetwork.from_osm(write_osm(tmp_path / "x.osm.pbf", nodes=nodes, ways=ways, turns=[(1, 3, 2, "no_u_turn")]))


def assert_same(one, other):
    assert (dict(one.profiles), one.crossings) == (dict(other.profiles), other.crossings)
    assert (one.details is None) == (other.details is None)
    for first, second in ((one.table, other.table), (one.details, other.details)):
        for field in fields(first) if first is not None else ():
            left, right = getattr(first, field.name), getattr(second, field.name)
            if isinstance(left, np.ndarray):
                assert (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes()), field.name
            else:
                assert left == right, field.name


def test_what_is_opened_has_the_bits_of_what_was_saved(tmp_path):
    """Roads, bends, names, turns, ferries, profiles, and closures; saving again replaces; nothing is left beside it."""
    network = loaded(tmp_path).without([("osm:3", "osm:5")])
    network.save(tmp_path / "peta")
    assert_same(network, RoadNetwork.open(tmp_path / "peta"))
    RoadNetwork.from_ntb().save(tmp_path / "peta")
    assert_same(RoadNetwork.from_ntb(), RoadNetwork.open(tmp_path / "peta"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["peta", "x.osm.pbf"]
    assert (tmp_path / "peta").stat().st_mode & 0o050


def test_rules_of_ferries_come_back(tmp_path):
    """Lanes, who boards, waves and cancelled hours with their offset."""
    line = RoadNetwork.from_ntb().crossings[0]
    start = datetime(2018, 8, 12, 6, tzinfo=WITA)
    spans = (Cancellation(start, start + timedelta(hours=3), "ombak"), Cancellation(start + timedelta(days=2)))
    network = with_crossings(RoadNetwork.from_ntb(), [replace(line, profiles=("4wd",), cancelled=spans, lane_m=99.5)])
    network.save(tmp_path / "peta")
    assert_same(network, RoadNetwork.open(tmp_path / "peta"))


@given(networks())
@settings(max_examples=15)
def test_any_network_comes_back(tmp_path_factory, network):
    """Loops, parallel edges, no edges, lone nodes."""
    folder = tmp_path_factory.mktemp("store") / "peta"
    network.save(folder)
    assert_same(network, RoadNetwork.open(folder))


def test_gis_programs_read_it(tmp_path):
    """Lines and points in EPSG:4326 with the names of our columns."""
    import geopandas

    loaded(tmp_path).save(tmp_path / "peta")
    frame = geopandas.read_parquet(tmp_path / "peta" / "roads.parquet")
    assert (frame.crs.to_epsg(), set(frame.geom_type)) == (4326, {"LineString"})
    assert frame["road_name"].tolist()[0] == "Jalan “A”"


def test_other_folders_are_left_alone(tmp_path):
    (tmp_path / "dokumen").mkdir()
    (tmp_path / "dokumen" / "surat.txt").write_text("penting", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds 'surat\.txt', which is of no network"):
        RoadNetwork.from_ntb().save(tmp_path / "dokumen")
    with pytest.raises(InputError, match="is a file"):
        RoadNetwork.from_ntb().save(tmp_path / "dokumen" / "surat.txt")
    assert (tmp_path / "dokumen" / "surat.txt").read_text(encoding="utf-8") == "penting"


def rewritten(folder, **changes):
    path = folder / "network.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.mark.parametrize("name", ["roads.parquet", "nodes.parquet", "network.json"])
@pytest.mark.parametrize("content", [None, b"", b"PAR1 no parquet PAR1", b"{}", b"[" * 100_000])
def test_missing_and_false_files_are_told(tmp_path, name, content):
    loaded(tmp_path).save(tmp_path / "peta")
    path = tmp_path / "peta" / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SchemaError, match=name.replace(".", r"\.")):
        RoadNetwork.open(tmp_path / "peta")


@pytest.mark.parametrize(
    "changes",
    [
        {"turns": [{"from_edge": 0}]},
        {"profiles": [{"id": "x"}]},
        {"crossings": [7]},
        {"turns": [{"from_edge": 99, "via_node": 0, "to_edge": 0, "kind": ""}]},
    ],
)
def test_rules_that_do_not_fit_are_told(tmp_path, changes):
    loaded(tmp_path).save(tmp_path / "peta")
    rewritten(tmp_path / "peta", **changes)
    with pytest.raises(InputError):
        RoadNetwork.open(tmp_path / "peta")


def test_another_version_and_swapped_files_are_told(tmp_path):
    loaded(tmp_path).save(tmp_path / "peta")
    (tmp_path / "peta" / "nodes.parquet").write_bytes((tmp_path / "peta" / "roads.parquet").read_bytes())
    with pytest.raises(SchemaError, match="lacks column 'node_id'"):
        RoadNetwork.open(tmp_path / "peta")
    rewritten(tmp_path / "peta", version=2)
    with pytest.raises(SchemaError, match="is not 'ntb_relief/network' version 1"):
        RoadNetwork.open(tmp_path / "peta")


def test_damaged_bytes_never_end_the_interpreter(tmp_path):
    """Forty damaged copies, in another process: each opens or raises this library's error."""
    loaded(tmp_path).save(tmp_path / "peta")
    rng = random.Random(11)
    for number in range(40):
        folder = tmp_path / f"damaged{number}"
        folder.mkdir()
        for path in (tmp_path / "peta").iterdir():
            content = bytearray(path.read_bytes())
            if path.suffix == ".parquet":
                for _ in range(rng.choice([1, 3, 20])):
                    content[rng.randrange(len(content))] = rng.randrange(256)
            (folder / path.name).write_bytes(content)
    code = (
        "import sys, pathlib\nfrom ntb_relief import InputError, RoadNetwork\n"
        "for path in pathlib.Path(sys.argv[1]).glob('damaged*'):\n"
        "    try:\n        RoadNetwork.open(path)\n    except InputError:\n        pass\n"
        "print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr[-2000:]


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("ntb_relief.geo.roads_store.find_spec", lambda name: None if name == "pyarrow" else importlib.util.find_spec(name))
    for call in (RoadNetwork.from_ntb().save, RoadNetwork.open):
        with pytest.raises(MissingExtraError, match=r"pip install 'ntb-relief\[osm\]'"):
            call(tmp_path / "peta")


def test_details_of_another_table_are_dropped(tmp_path):
    """A copy whose edges were cut has no lines rather than those of other edges."""
    network = loaded(tmp_path)
    embedded = RoadNetwork.from_ntb()
    assert replace(network, table=embedded.table, crossings=embedded.crossings).details is None
