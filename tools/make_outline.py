"""Write `ntb_relief/data/outline.json`: the coarse coast of NTB, for maps and for "is this point in the province".

The coast is Natural Earth 10m (public domain), read from ``countries-10m.json`` of the npm package ``world-atlas`` 2.0.2:
``npm install world-atlas`` in a folder of its own, then ``python tools/make_outline.py FOLDER/countries-10m.json``.
Discs of 1 km round the desa points and boat harbours are added, so that none lies in the sea and the small inhabited
islands show. Run `make_data.py` first.
"""

# ruff: noqa: INP001 - a script of the tree, never installed
from __future__ import annotations

import argparse
import csv
import json
import math
from pathlib import Path
from typing import Any

from shapely import affinity
from shapely.geometry import Point, Polygon, box
from shapely.geometry.polygon import orient
from shapely.ops import unary_union

DATA = Path(__file__).resolve().parents[1] / "ntb_relief" / "data"
NTB = box(115.75, -9.25, 119.36, -8.0)  # between Nusa Penida (Bali) and Komodo (NTT)
DISC_KM = 1.0
TOLERANCE_DEG = 0.0015  # about 160 m, well under the error of a 1:10m coast
KM_PER_DEG = 111.195
NOTE = (
    "approximate coast, not a boundary: Natural Earth 10m (public domain) by world-atlas 2.0.2, "
    "united with 1 km discs round desa points and boat harbours"
)


def read_arcs(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """Return the arcs of a quantised TopoJSON in degrees (deltas added up, scaled, shifted)."""
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in deltas:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(arc)
    return arcs


def read_ring(arcs: list[list[tuple[float, float]]], indices: list[int]) -> list[tuple[float, float]]:
    """Join arcs to a ring; ``~i`` means arc i backwards, and neighbours share one point."""
    ring: list[tuple[float, float]] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc
    return ring


def read_coast(path: Path) -> list[Polygon]:
    """Return the Indonesian islands that lie in NTB."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = read_arcs(topology)
    (country,) = (shape for shape in topology["objects"]["countries"]["geometries"] if shape["properties"]["name"] == "Indonesia")
    islands = (Polygon(read_ring(arcs, polygon[0])) for polygon in country["arcs"])
    return [island for island in islands if NTB.contains(island)]


def read_rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table that `make_data.py` wrote."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_discs() -> list[Polygon]:
    """Return 1 km discs round the desa points and boat harbours (ellipses in degrees)."""
    rows = read_rows("desa") + [row for row in read_rows("ports") if row["kind"] == "boat_harbour"]
    points = [(float(row["lon"]), float(row["lat"])) for row in rows if row["lon"]]
    radius = DISC_KM / KM_PER_DEG
    return [affinity.scale(Point(lon, lat).buffer(radius, quad_segs=4), xfact=1 / math.cos(math.radians(lat))) for lon, lat in points]


def main() -> None:
    """Write the outline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("countries", type=Path, help="countries-10m.json of the npm package world-atlas")
    islands = read_coast(parser.parse_args().countries)
    land = unary_union([*islands, *read_discs()]).simplify(TOLERANCE_DEG)
    rings = [[[round(lon, 4), round(lat, 4)] for lon, lat in orient(part).exterior.coords] for part in land.geoms]
    rings.sort(key=len, reverse=True)
    target = DATA / "outline.json"
    draft = target.with_suffix(".tmp")
    draft.write_text(json.dumps({"note": NOTE, "rings": rings}, separators=(",", ":")) + "\n", encoding="utf-8")
    draft.replace(target)


if __name__ == "__main__":
    main()
