"""Keeps a network in a folder as GeoParquet, which QGIS and pandas open too; what is read back has the same bits."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import InputError, Issue, MissingExtraError, SchemaError
from ..model.crossings import Cancellation, Crossing
from ..model.travel import OPTIONAL_COLUMNS, Profile, RoadTable
from ..model.turns import Turn
from .network import RoadNetwork
from .roads import RoadDetails, edge_lines, straight_details

if TYPE_CHECKING:
    from collections.abc import Mapping

_EDGES, _NODES, _RULES = "roads.parquet", "nodes.parquet", "network.json"
_SCHEMA: Final = "ntb_relief/network"
_VERSION: Final = 1
_MOST_BYTES: Final = 64 * 2**20
_EDGE_COLUMNS: Final[Mapping[str, str]] = {
    "edge_from": "int32",
    "edge_to": "int32",
    "kind": "",
    "road_class": "",
    "access": "int8",
    "length_m": "int64",
    "slow_factor": "float64",
    "confidence": "",
    "source": "",
    **{name: {bool: "bool", str: "", float: "float64"}[type(default)] for name, default in OPTIONAL_COLUMNS.items()},
}
_DETAIL_COLUMNS: Final[Mapping[str, str]] = {"osm_way": "int64", "op_status": "int8", "seasonal": "int8", "security": "int8"}


def save_network(network: RoadNetwork, folder: str | Path) -> None:
    """Write a network: ``roads.parquet`` (lines), ``nodes.parquet`` (points), ``network.json`` (crossings, profiles, turns).

    The folder is written beside its place and then renamed; a network that was there before is replaced.

    Raises
    ------
    MissingExtraError
        Where pyarrow is not installed.
    InputError
        Where the place is taken by a file, or by a folder that holds something else.
    """
    _need_pyarrow()
    import geopandas
    import shapely

    place = Path(folder)
    others = [path.name for path in place.iterdir() if path.name not in {_EDGES, _NODES, _RULES}] if place.is_dir() else []
    if others or (place.exists() and not place.is_dir()):
        what = f"holds '{others[0]}', which is of no network" if others else "is a file"
        raise InputError([Issue(f"folder '{place}'", what, "give a folder that is new, empty or a network's")])
    table, details = network.table, straight_details(len(network.table.kind)) if network.details is None else network.details
    points, edge = edge_lines(table, network.details)
    columns = {name: getattr(table, name) for name in _EDGE_COLUMNS} | {name: getattr(details, name) for name in _DETAIL_COLUMNS}
    roads = geopandas.GeoDataFrame(columns, geometry=_linestrings(points, edge), crs=4326)
    nodes = geopandas.GeoDataFrame({"node_id": list(table.node_ids)}, geometry=shapely.points(table.node_lon, table.node_lat), crs=4326)
    rules = {
        "schema": _SCHEMA,
        "version": _VERSION,
        "name": table.name,
        "has_details": network.details is not None,
        "crossings": [_crossing_row(crossing) for crossing in network.crossings],
        "profiles": [asdict(profile) for profile in network.profiles.values()],
        "turns": [asdict(turn) for turn in table.turns],
    }
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.parent / f".{place.name}-{token_hex(4)}"
    beside.mkdir()
    try:
        roads.to_parquet(beside / _EDGES, compression="zstd", index=False)
        nodes.to_parquet(beside / _NODES, compression="zstd", index=False)
        (beside / _RULES).write_text(json.dumps(rules, ensure_ascii=False, allow_nan=False, indent=1) + "\n", encoding="utf-8")
        if place.is_dir():
            shutil.rmtree(place)
        beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def open_network(folder: str | Path) -> RoadNetwork:
    """Return a network that `save_network` wrote.

    Raises
    ------
    MissingExtraError
        Where pyarrow is not installed.
    SchemaError
        Where a file of the folder is missing, damaged or not what its name says.
    """
    _need_pyarrow()
    place = Path(folder)
    rules = _rules(place / _RULES)
    roads = _frame(place / _EDGES, (*_EDGE_COLUMNS, *_DETAIL_COLUMNS, "geometry"))
    nodes = _frame(place / _NODES, ("node_id", "geometry"))
    try:
        return _network(roads, nodes, rules)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise SchemaError([Issue(f"network '{place.name}'", f"is damaged: {_first_line(error)}", "write it again with `save`")]) from error


def _network(roads: Any, nodes: Any, rules: dict[str, Any]) -> RoadNetwork:  # noqa: ANN401 - geopandas ships no types
    import shapely

    node_lonlat = shapely.get_coordinates(nodes.geometry.values)
    columns = {name: _column(roads[name], kind) for name, kind in {**_EDGE_COLUMNS, **_DETAIL_COLUMNS}.items()}
    lonlat, edge = shapely.get_coordinates(roads.geometry.values, return_index=True)
    count = np.bincount(edge, minlength=len(roads))
    is_bend = np.ones(len(lonlat), np.bool_)
    last = np.cumsum(count) - 1
    is_bend[last] = is_bend[last - count + 1] = False
    details = RoadDetails(
        shape_start=np.concatenate([[0], np.cumsum(count - 2)]).astype(np.int64),
        shape_lonlat=lonlat[is_bend],
        **{name: columns.pop(name) for name in _DETAIL_COLUMNS},
    )
    table = RoadTable(
        name=rules["name"],
        node_ids=tuple(map(str, nodes["node_id"])),
        node_lon=node_lonlat[:, 0].copy(),
        node_lat=node_lonlat[:, 1].copy(),
        turns=tuple(Turn(**turn) for turn in rules["turns"]),
        **columns,
    )
    profiles = [Profile(**{**profile, "kinds": tuple(profile["kinds"])}) for profile in rules["profiles"]]
    return RoadNetwork.from_table(
        table,
        crossings=[_crossing(crossing) for crossing in rules["crossings"]],
        profiles={profile.id: profile for profile in profiles},
        details=details if rules["has_details"] else None,
    )


def _crossing_row(crossing: Crossing) -> dict[str, Any]:
    cancelled = [{"start": one.start.isoformat(), "end": one.end and one.end.isoformat(), "why": one.why} for one in crossing.cancelled]
    return {**asdict(crossing), "cancelled": cancelled}


def _crossing(row: dict[str, Any]) -> Crossing:
    """Return a crossing of its row; rows of earlier versions have no rules."""
    cancelled = tuple(
        Cancellation(datetime.fromisoformat(one["start"]), one["end"] and datetime.fromisoformat(one["end"]), one["why"])
        for one in row.get("cancelled", ())
    )
    profiles = row.get("profiles")
    told = {"departures_s": tuple(row["departures_s"]), "profiles": None if profiles is None else tuple(profiles), "cancelled": cancelled}
    return Crossing(**{**row, **told})


def _column(series: Any, kind: str) -> Any:  # noqa: ANN401
    return series.to_numpy(dtype=kind, copy=True) if kind else tuple(series.tolist())


def _linestrings(points: Any, edge: Any) -> Any:  # noqa: ANN401
    import shapely

    return shapely.linestrings(points, indices=edge)


def _rules(file: Path) -> dict[str, Any]:
    where = f"file '{file.parent.name}/{file.name}'"
    if not file.is_file():
        raise SchemaError([Issue(where, f"is not there: {file}", "give a folder that `RoadNetwork.save` wrote")])
    if file.stat().st_size > _MOST_BYTES:
        raise SchemaError([Issue(where, f"has {file.stat().st_size:,} bytes", f"give at most {_MOST_BYTES:,}")])
    try:
        rules = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise SchemaError([Issue(where, f"is no JSON: {_first_line(error)}", "write the network again with `save`")]) from error
    named = {"schema", "version", "name", "has_details", "crossings", "profiles", "turns"}
    if not isinstance(rules, dict) or set(rules) != named or (rules["schema"], rules["version"]) != (_SCHEMA, _VERSION):
        raise SchemaError([Issue(where, f"is not '{_SCHEMA}' version {_VERSION}", "write it with this version of ntb_relief")])
    return rules


def _frame(file: Path, names: tuple[str, ...]) -> Any:  # noqa: ANN401
    import geopandas
    from pyarrow import ArrowException

    where = f"file '{file.parent.name}/{file.name}'"
    if not file.is_file():
        raise SchemaError([Issue(where, f"is not there: {file}", "give a folder that `RoadNetwork.save` wrote")])
    try:
        frame = geopandas.read_parquet(file)
    except (ArrowException, ValueError, TypeError, KeyError, OSError, NotImplementedError) as error:
        raise SchemaError([Issue(where, f"is no GeoParquet, or damaged: {_first_line(error)}", "write it again with `save`")]) from error
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise SchemaError([Issue(where, f"lacks column '{missing[0]}'", "write it again with `save`")])
    return frame


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]


def _need_pyarrow() -> None:
    if find_spec("pyarrow") is None:
        message = "pyarrow is not installed: pip install 'ntb-relief[osm]'"
        raise MissingExtraError(message)
