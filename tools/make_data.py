"""Write the tables of `ntb_relief/data` from a folder of NTB facts.

Run ``python tools/make_data.py FACTS`` after the facts have changed; the outline is made by `make_outline.py`.
Every row written carries a key of `sources.csv` (kept by hand) and a confidence: ``high``, ``medium``, ``low``,
``assumed``, or ``incomplete`` where the fact itself is missing and is left empty.
"""

# ruff: noqa: INP001 - a script of the tree, never installed
from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Row = dict[str, str]
DATA = Path(__file__).resolve().parents[1] / "ntb_relief" / "data"
PROVINCE = "52"
ASSUMED = {"source": "assumed", "confidence": "assumed"}

EDGE_SOURCES = {
    "OpenStreetMap trunk roads (scgraph-data 2.0.0)": "osm-trunk",
    "gap in the OSM trunk graph closed by hand": "link-curated",
    "curated link, length = straight line x detour": "link-curated",
    "causeway or island road, estimated": "link-curated",
    "village link, length = straight line x 1.25 to 1.85 by slope zone": "link-village",
    "remote village joined to the nearest node, length = straight line x 1.6": "link-remote",
    "village at the seat itself": "link-village",
    "short link to the trunk road, length = straight line x 1.2": "link-short",
    "port or airport joined to the nearest network node": "link-short",
    "crossing, great-circle km x factor": "link-crossing",
}
NODE_SOURCES = {"desa": "desa", "kecamatan": "kecamatan-seat", "junction": "osm-trunk", "road point": "osm-trunk"}
PORT_CONFIDENCE = {"<1 km": "high", "<0.5 km": "high", "~0.5 km": "medium", "~1 km": "medium", "~2 km": "low", "~3 km": "low"}
PROFILES = {
    "heavy_truck": (5, "road ferry"),
    "light_truck": (4, "road ferry"),
    "4wd": (3, "road ferry"),
    "motorbike": (2, "road ferry"),
    "boat": (0, "boat"),
}
SPECIAL_LINES = [
    # name, ends in the network, persons a trip, rupiah a charter: all assumed
    ("Bangsal - Gili Air", ("port:BANGSAL", "port:GILIAIR"), "20", "300000"),
    ("Bangsal - Gili Trawangan", ("port:BANGSAL", "port:GILITRW"), "20", "400000"),
    ("Gili Air - Gili Meno - Gili Trawangan (Desa Gili Indah)", ("desa:52.08.05.2003", "port:GILIAIR"), "20", "300000"),
    ("Badas - Labuhan Aji (Pulau Moyo)", ("port:BADAS", "port:LABAJI"), "20", "1500000"),
    ("Calabai - Labuhan Aji (Pulau Moyo)", ("port:CALABAI", "port:LABAJI"), "20", "1300000"),
    ("Badas - Pulau Medang", ("desa:52.04.18.2006", "port:BADAS"), "20", "1800000"),
    ("Tanjung Luar - Pulau Maringkik", ("desa:52.03.01.2015", "port:TANJUNGLUAR"), "20", "300000"),
    ("Sape - Bajo Pulau", ("desa:52.06.06.2014", "port:SAPE"), "20", "200000"),
    ("Sekotong - Gili Gede", ("desa:52.01.07.2007", "kec:52.01.07"), "20", "400000"),
    ("Badas - Calabai", ("port:BADAS", "port:CALABAI"), "20", "2500000"),
    ("Lombok (LOP) - Sumbawa Besar (SWQ)", ("port:LOP", "port:SWQ"), "12", "60000000"),
    ("Sumbawa Besar (SWQ) - Bima (BMU)", ("port:BMU", "port:SWQ"), "12", "60000000"),
    ("Lombok (LOP) - Bima (BMU)", ("port:BMU", "port:LOP"), "12", "90000000"),
]
SPECIAL_KPH = {"boat": "18", "air": "250"}
SPECIAL_KG = {"boat": "1500", "air": "1200"}
IFRC_EXTRA = [
    # item, Indonesian, English, unit, kg, litres, level: DOMAIN facts of the IFRC catalogue, without a rate of their own
    ("shelter_tool_kit", "Perlengkapan pertukangan", "Shelter tool kit", "set", "11", "36", "2"),
    ("mosquito_net", "Kelambu", "Mosquito net", "lembar", "0.444", "1.7", "3"),
    ("bucket", "Ember 14 l", "Bucket 14 l", "unit", "1.25", "6.2", "3"),
]
_WATER_CONFLICT = "one shipped profile says 67 a week, the docs 105; both cite Perka 7/2008"
NEED_RATES = [
    # item, rate, per, from day, to day, use, source, confidence, note: rates beside the defaults of the demo
    ("clean_water", "7", "person_day", "1", "3", "optional", "bnpb-wash-2015", "medium", "first three days; Sphere gives 7.5 to 15"),
    ("clean_water", "15", "person_day", "4", "", "optional", "bnpb-wash-2015", "medium", "from the fourth day"),
    ("clean_water", "67", "person_week", "1", "", "conflict", "inasafe-shipped", "low", _WATER_CONFLICT),
    ("clean_water", "105", "person_week", "1", "", "conflict", "inasafe-docs", "low", _WATER_CONFLICT),
]
RATE_SOURCES = {
    "rice": ("perka-7-2008", "medium"),
    "drinking_water": ("perka-7-2008", "medium"),
    "hygiene_kit": ("perka-7-2008", "medium"),
    "kitchen_set": ("perka-7-2008", "medium"),
    "ready_meal": ("reports-2018", "medium"),
    "jerrycan": ("sphere", "medium"),
}


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, rows: Iterable[Row]) -> None:
    """Write one table, whole or not at all."""
    rows = list(rows)
    target = DATA / f"{name}.csv"
    draft = target.with_suffix(".tmp")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    draft.replace(target)


def degrees(text: str) -> str:
    """Return a coordinate with at most four decimals (11 m), empty where unknown."""
    return f"{float(text):.4f}".rstrip("0").rstrip(".") if text else ""


def point(row: Row) -> Row:
    """Return the coordinates of a row, longitude first."""
    return {"lon": degrees(row["lon"]), "lat": degrees(row["lat"])}


def kabupaten(facts: Path) -> list[Row]:
    """Ten kabupaten and kota; the point is the seat kecamatan's, where `warehouses.csv` puts the local store."""
    stores = sorted(read(facts / "assumed/warehouses.csv"), key=lambda row: row["owner"] == "kabupaten")  # its own store has the last word
    seats = {row["kecamatan_code"][:5]: row["kecamatan_code"] for row in stores if row["owner"] != "province"}
    points = {row["code"]: point(row) for row in read(facts / "kecamatan.csv")}
    return [
        {
            "code": row["code"],
            "name": row["name"].split(" ", 1)[1],
            "type": row["name"].split(" ", 1)[0].lower(),
            "seat_kecamatan_code": seats[row["code"]],
            **points[seats[row["code"]]],
            "population": row["pop_dukcapil_desa_sum"],
            "households": row["households_dukcapil"],
            "population_2024s2": row["pop_kemendagri_2024s2"],
            "population_2025s1": row["pop_kemendagri_2025s1"],
            "area_km2": row["area_km2_big"],
            "source": "kabupaten",
            "confidence": "high",
        }
        for row in read(facts / "kabupaten_stats.csv")
    ]


def kecamatan(facts: Path) -> list[Row]:
    """117 kecamatan; a seat that coincides with a desa point was chosen by population, so it is a guess."""
    desa_points = {(row["lat"], row["lon"]) for row in read(facts / "desa.csv")}
    keep = ("population", "households", "area_km2", "num_desa")
    return [
        {
            "code": row["code"],
            "name": row["name"],
            "kabupaten_code": row["kabupaten_code"],
            **point(row),
            **{name: row[name] for name in keep},
            "source": "kecamatan-seat",
            "confidence": "low" if (row["lat"], row["lon"]) in desa_points else "medium",
        }
        for row in read(facts / "kecamatan.csv")
    ]


def desa(facts: Path) -> list[Row]:
    """1,166 desa and kelurahan; gaps stay empty and are marked."""
    keep = ("population", "households", "age_0_4", "age_60_plus", "bps_code")
    return [
        {
            "code": row["code"],
            "name": row["name"],
            "type": row["type"],
            "kecamatan_code": row["kecamatan_code"],
            **point(row),
            **{name: row[name] for name in keep},
            "source": "desa",
            "confidence": "medium" if row["lat"] and row["population"] else "incomplete",
        }
        for row in read(facts / "desa.csv")
    ]


def ports(facts: Path) -> list[Row]:
    """Airports, ferry and sea ports and boat harbours."""
    return [
        {
            "port": row["id"],
            "name": row["name"],
            "kind": row["kind"],
            **point(row),
            "kecamatan_code": row["kecamatan_code"],
            "node": f"port:{row['id']}",
            "accuracy": row["accuracy"],
            "note": f"{row['source']}; {row['note']}".strip("; "),
            "source": "ports",
            "confidence": PORT_CONFIDENCE[row["accuracy"]],
        }
        for row in read(facts / "ports_airports.csv")
    ]


def crossings(facts: Path) -> list[Row]:
    """Ferry with a timetable: one, and that timetable is assumed."""
    keep = ("first_departure", "last_departure", "headway_min", "duration_min", "boarding_min", "vehicle_slots")
    return [
        {
            "crossing": row["crossing"],
            "from_node": f"port:{row['from_port']}",
            "to_node": f"port:{row['to_port']}",
            **{name: row[name] for name in keep},
            "fare_idr": row["fare_idr_light_truck"],
            "note": f"{row['source']}; fare of a light truck",
            **ASSUMED,
        }
        for row in read(facts / "assumed/crossings.csv")
    ]


def ferry_rules(_facts: Path) -> list[Row]:
    """Write what a ferry takes beside its timetable, all assumed: lanes for its 20 trucks of 7.7 m, and the wave limit BMKG warns at."""
    return [
        {
            "crossing": "kayangan-pototano",
            "lane_m": "170",
            "profiles": "",
            "max_wave_m": "2.5",
            "note": "lanes for the assumed 20 vehicles of 7.7 m; no profile is refused; BMKG warns ferries from waves of 2.5 m",
            **ASSUMED,
        }
    ]


def special_lines(facts: Path) -> list[Row]:
    """Boats to the small islands and air legs: named here; the rows of the network give ends and length, the rest is assumed."""
    edges = {(row["from_node"], row["to_node"]): row for row in read(facts / "network_edges.csv")}
    rows = []
    for name, ends, people, fare_idr in SPECIAL_LINES:
        edge = edges[ends]
        rows.append(
            {
                "line": name,
                "from_node": ends[0],
                "to_node": ends[1],
                "kind": edge["kind"],
                "speed_kph": SPECIAL_KPH[edge["kind"]],
                "capacity_kg": SPECIAL_KG[edge["kind"]],
                "people": people,
                "fare_idr": fare_idr,
                "max_wave_m": "1.25" if edge["kind"] == "boat" else "",
                "note": "no timetable: by charter; BMKG warns small boats from waves of 1.25 m" if edge["kind"] == "boat" else "by charter",
                **ASSUMED,
            }
        )
    return rows


def network_nodes(facts: Path) -> list[Row]:
    """Nodes of the road-and-crossing network."""
    return [
        {"node": row["node"], "kind": row["kind"], **point(row), "source": NODE_SOURCES.get(row["kind"], "ports"), "confidence": "medium"}
        for row in read(facts / "network_nodes.csv")
    ]


def network_edges(facts: Path) -> list[Row]:
    """Undirected edges, each once, lengths in whole metres."""
    keep = ("from_node", "to_node", "kind", "road_class", "access")
    return [
        {
            **{name: row[name] for name in keep},
            "length_m": str(round(float(row["length_km"]) * 1000)),
            "source": EDGE_SOURCES[row["source"]],
            "confidence": row["confidence"],
        }
        for row in read(facts / "network_edges.csv")
    ]


def events(facts: Path) -> list[Row]:
    """Name map of the demo: which counts of which event, and when planning starts."""
    titles = {row["event_id"]: row["event"] for row in reversed(read(facts / "events_impact.csv"))}
    return [
        {
            "event": row["event"],
            "event_id": row["event_id"],
            "title": titles[row["event_id"]],
            **{name: row[name] for name in ("as_of", "metric", "level", "start_wita", "note")},
            **ASSUMED,
        }
        for row in read(facts / "assumed/events.csv")
    ]


def events_impact(facts: Path) -> list[Row]:
    """Return counts as reported; a total told beside its parts becomes a row one level up, so that both can be compared."""
    keys = {row["title"]: row["source"] for row in read(DATA / "sources.csv")}
    rows = []
    for row in read(facts / "events_impact.csv"):
        keep = {name: row[name] for name in ("event_id", "event_date", "as_of", "level", "code", "metric", "value", "unit", "note")}
        rows.append(keep | {"source": keys[row["source"]], "confidence": "medium"})
        total = re.search(r"\btotal (\d+)", row["note"])
        if total:
            level, code = ("kabupaten", row["code"][:5]) if row["level"] == "kecamatan" else ("provinsi", PROVINCE)
            rows.append(rows[-1] | {"level": level, "code": code, "value": total[1]})
    return rows


def items(facts: Path) -> list[Row]:
    """Item catalogue: weight, volume and priority level of one unit."""
    rows = [
        {
            **{name: row[name] for name in ("item", "name_id", "name_en", "unit", "mass_kg", "volume_l", "level")},
            "note": row["source"],
            "source": "ifrc" if "IFRC" in row["source"] else "assumed",
            "confidence": "high" if "IFRC" in row["source"] else "assumed",
        }
        for row in read(facts / "assumed/items.csv")
    ]
    water = ("clean_water", "Air bersih", "Clean water", "liter", "1", "1", "1", "by tanker, so without packing", "assumed", "assumed")
    extra = [water, *((*row, "IFRC catalogue", "ifrc", "high") for row in IFRC_EXTRA)]
    return rows + [dict(zip(rows[0], values, strict=True)) for values in extra]


def need_rates(facts: Path) -> list[Row]:
    """Need rates: the defaults of the demo, and the rates that disagree."""
    columns = ("item", "rate", "per", "from_day", "to_day", "use", "source", "confidence", "note")
    rows = []
    for row in read(facts / "assumed/items.csv"):
        origin = RATE_SOURCES.get(row["item"], ("assumed", "assumed"))
        rows.append((row["item"], row["rate"], row["per"], "1", row["horizon_days"], "default", *origin, row["source"]))
    return [dict(zip(columns, row, strict=True)) for row in [*rows, *NEED_RATES]]


def vehicle_types(facts: Path) -> list[Row]:
    """Vehicle types of the demo; the access class is the profile's."""
    dropped = {"min_access", "source"}
    return [
        {name: value for name, value in row.items() if name not in dropped} | ASSUMED for row in read(facts / "assumed/vehicle_types.csv")
    ]


def profiles(_: Path) -> list[Row]:
    """How each kind of vehicle uses the network."""
    return [{"profile": name, "min_access": str(access), "kinds": kinds} | ASSUMED for name, (access, kinds) in PROFILES.items()]


def speeds(facts: Path) -> list[Row]:
    """Speeds by profile and road class."""
    keep = ("profile", "road_class", "speed_kph")
    return [{name: row[name] for name in keep} | ASSUMED for row in read(facts / "assumed/speeds.csv")]


def warehouses(facts: Path) -> list[Row]:
    """Warehouses of the demo, placed at the seat of a kecamatan."""
    return [
        {
            "warehouse": row["warehouse"],
            "name": row["name"],
            "owner": row["owner"],
            "kecamatan_code": row["kecamatan_code"],
            **point(row),
            "node": f"kec:{row['kecamatan_code']}",
            "source": "warehouses",
            "confidence": "assumed",
        }
        for row in read(facts / "assumed/warehouses.csv")
    ]


def earthquakes(facts: Path) -> list[Row]:
    """Shocks of 2018."""
    return [
        {
            **{name: row[name] for name in ("usgs_id", "time_utc", "mag", "mag_type")},
            **point(row),
            "depth_km": row["depth_km"],
            "place": row["place"],
            "source": "usgs",
            "confidence": "high",
        }
        for row in read(facts / "earthquakes.csv")
    ]


def slopes(facts: Path) -> list[Row]:
    """Parts of each kecamatan's area in the two upper zones of landslide susceptibility."""
    keep = ("code", "share_moderate", "share_high")
    rows = read(facts / "landslide_share_kecamatan.csv")
    return [{**{name: row[name] for name in keep}, "source": "landslide", "confidence": "low"} for row in rows]


TABLES: tuple[Callable[[Path], list[Row]], ...] = (
    kabupaten, kecamatan, desa, ports, crossings, ferry_rules, special_lines, network_nodes, network_edges, events, events_impact,
    items, need_rates, vehicle_types, profiles, speeds, warehouses, earthquakes, slopes,
)  # fmt: skip


def main() -> None:
    """Write every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facts", type=Path, help="folder with desa.csv, network_edges.csv, assumed/ ...")
    facts: Path = parser.parse_args().facts
    for table in TABLES:
        write(table.__name__, table(facts))


if __name__ == "__main__":
    main()
