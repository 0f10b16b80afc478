"""Builds a network from an OpenStreetMap extract: ways joined into edges, ferries with an assumed timetable, turns kept."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import InputError, Issue, SchemaError
from ..model.crossings import Crossing
from ..model.travel import RoadTable
from ..model.turns import Turn
from ..units import HOUR_S, MINUTE_S
from .network import RoadNetwork
from .osm_area import read_area
from .osm_chains import join_ways
from .osm_file import read_ways
from .profiles import standard_profiles
from .roads import RoadDetails

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..model.travel import Profile
    from .osm_chains import Chains
    from .osm_file import RawTurn, RawWays
    from .osm_tags import WayFacts

    Ints = NDArray[np.int64]

_SOURCE: Final = "(c) OpenStreetMap contributors, ODbL"
_DEPARTURES_S: Final = tuple(range(6 * HOUR_S, 18 * HOUR_S + 1, 2 * HOUR_S))
_BOARDING_S: Final = 30 * MINUTE_S
_SLOTS: Final = 10
_FERRY_KPH: Final = 15.0


def read_osm(
    path: str | Path,
    *,
    area: Any = None,  # noqa: ANN401 - shapely and geopandas ship no types
    name: str | None = None,
    profiles: Mapping[str, Profile] | None = None,
) -> RoadNetwork:
    """Return the roads, tracks, paths and ferries of an OpenStreetMap extract.

    Nodes are those where one may choose; bends in between are kept in ``network.details``. Signs against turns over a node are kept
    in ``network.table.turns``, and every table and path obeys them; those over a whole way are not read. Road classes and access
    follow ``highway`` and what signs and surfaces say (see `HIGHWAYS`); both are assumed until a survey tells better. Ferries sail as
    long as ``duration`` tells, else at 15 km/h, on an assumed timetable: replace it with `with_crossings`.

    Parameters
    ----------
    path : str or Path
        An ``.osm.pbf`` file, e.g. Geofabrik's "nusa-tenggara".
    area : polygon, GeoDataFrame, GeoJSON dict, path, or (west, south, east, north), optional
        Keep ways with a node inside. Degrees EPSG:4326; a frame or file may have any coordinate system it declares.
    name : str, optional
        Of the network; None means the file's.
    profiles : mapping of str to Profile, optional
        None means `standard_profiles`.

    Raises
    ------
    MissingExtraError
        Where osmium is not installed.
    SchemaError
        Where the file is none, is no ``.osm.pbf``, or is damaged or cut off.
    CrsError
        Where the area is not in degrees.
    InputError
        Where the area crosses itself, or no road lies in it.
    """
    file = Path(path)
    polygon = None if area is None else read_area(area)
    ways = read_ways(file)
    if not ways.way_id.size:
        raise SchemaError([Issue(f"file '{file.name}'", "holds no roads and no ferries", "give an extract with highways")])
    if polygon is not None:
        ways = _inside(ways, polygon, file=file)
    chains = join_ways(ways)
    edges = _no_round_trips(ways, chains)
    table, details = _table(ways, chains, edges, name=file.name.removesuffix(".pbf").removesuffix(".osm") if name is None else name)
    crossings = _crossings(table, details, chains.ferry_s[edges])
    rules = standard_profiles() if profiles is None else profiles
    return RoadNetwork.from_table(table, crossings=crossings, profiles=rules, details=details)


def _inside(ways: RawWays, polygon: Any, *, file: Path) -> RawWays:  # noqa: ANN401
    import shapely

    shapely.prepare(polygon)
    is_inside = shapely.contains_xy(polygon, ways.lonlat[:, 0], ways.lonlat[:, 1])
    kept = np.flatnonzero(np.logical_or.reduceat(is_inside, ways.start[:-1]))
    if not kept.size:
        west, south = ways.lonlat.min(axis=0)
        east, north = ways.lonlat.max(axis=0)
        what = f"holds none of the {ways.way_id.size:,} ways of '{file.name}'"
        fix = f"the file covers lon {west:.3f} to {east:.3f}, lat {south:.3f} to {north:.3f}: check place and order of lon and lat"
        raise InputError([Issue("area", what, fix)])
    return ways.take(kept)


def _no_round_trips(ways: RawWays, chains: Chains) -> Ints:
    """Return the rows of chains but ferries that end where they begin."""
    is_ferry = np.array([facts.kind == "ferry" for facts in ways.told], np.bool_)[chains.facts]
    return np.flatnonzero(~is_ferry | (chains.node_ref[chains.start[:-1]] != chains.node_ref[chains.start[1:] - 1]))


def _table(ways: RawWays, chains: Chains, edges: Ints, *, name: str) -> tuple[RoadTable, RoadDetails]:
    """Return the columns of the edges."""
    ends = chains.node_ref[np.stack([chains.start[:-1], chains.start[1:] - 1], axis=1)[edges]]
    refs, node = np.unique(ends, return_inverse=True)
    node = node.reshape(-1, 2)
    at_node = np.empty((refs.size, 2))
    for side, rows in enumerate((chains.start[:-1][edges], chains.start[1:][edges] - 1)):
        at_node[node[:, side]] = chains.lonlat[rows]
    columns = _columns(ways.told, chains.facts[edges])
    ways_of = np.stack([chains.first_way, chains.last_way], axis=1)[edges]
    table = RoadTable(
        name=name,
        node_ids=tuple(f"osm:{ref}" for ref in refs.tolist()),
        node_lon=at_node[:, 0].copy(),
        node_lat=at_node[:, 1].copy(),
        edge_from=node[:, 0].astype(np.int32),
        edge_to=node[:, 1].astype(np.int32),
        length_m=np.rint(chains.length_m[edges]).astype(np.int64),
        slow_factor=np.ones(edges.size),
        confidence=("medium",) * edges.size,
        source=(_SOURCE,) * edges.size,
        turns=_turns(ways.turns, refs, node, ways_of),
        **{key: columns[key] for key in columns if key != "seasonal"},
    )
    none = np.zeros(edges.size, dtype=np.int8)
    shape_start, shape_lonlat = _bends(chains, edges)
    return table, RoadDetails(
        shape_start=shape_start,
        shape_lonlat=shape_lonlat,
        osm_way=ways_of[:, 0].copy(),
        op_status=none,
        seasonal=columns["seasonal"],
        security=none,
    )


def _columns(told: tuple[WayFacts, ...], facts: Ints) -> dict[str, Any]:
    """Return the columns that tags tell, one entry an edge."""
    types = {
        "access": np.int8,
        "one_way": np.bool_,
        "bridge": np.bool_,
        "max_kph": np.float64,
        "max_weight_kg": np.float64,
        "max_axle_kg": np.float64,
        "seasonal": np.int8,
    }
    codes = facts.tolist()
    columns: dict[str, Any] = {}
    for key in told[0]._fields:
        values = [getattr(one, key) for one in told]
        columns[key] = np.array(values, types[key])[facts] if key in types else tuple(values[code] for code in codes)
    return columns


def _bends(chains: Chains, edges: Ints) -> tuple[Ints, NDArray[np.float64]]:
    count = (np.diff(chains.start) - 2)[edges]
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    rows = np.arange(start[-1]) + np.repeat(chains.start[:-1][edges] + 1 - start[:-1], count)
    return start, chains.lonlat[rows]


def _turns(raw: tuple[RawTurn, ...], refs: Ints, node: Ints, ways_of: Ints) -> tuple[Turn, ...]:
    """Return the restrictions whose two ways meet the node with one edge each; a way that runs through it tells no side.

    Turning round is forbidden from both sides of such a way.
    """
    at_via: dict[tuple[int, int], set[int]] = defaultdict(set)
    vias = {turn.via_node for turn in raw}
    for side in range(2):
        for edge in np.flatnonzero(np.isin(refs[node[:, side]], np.array(sorted(vias), dtype=np.int64))).tolist():
            at_via[int(refs[node[edge, side]]), int(ways_of[edge, side])].add(edge)
    turns = []
    for turn in raw:
        first, second = (at_via.get((turn.via_node, way), set()) for way in (turn.from_way, turn.to_way))
        via = int(np.searchsorted(refs, turn.via_node))
        if len(first) == len(second) == 1:
            turns.append(Turn(next(iter(first)), via, next(iter(second)), turn.kind))
        elif turn.from_way == turn.to_way and turn.kind == "no_u_turn":
            turns += [Turn(edge, via, edge, turn.kind) for edge in sorted(first)]
    return tuple(turns)


def _crossings(table: RoadTable, details: RoadDetails, sailing_s: NDArray[np.float64]) -> list[Crossing]:
    """Return an assumed timetable for each pair of ports, by the quickest ferry between them."""
    lines: dict[frozenset[int], Crossing] = {}
    for edge in (row for row, kind in enumerate(table.kind) if kind == "ferry"):
        ports = int(table.edge_from[edge]), int(table.edge_to[edge])
        is_told = bool(np.isfinite(sailing_s[edge]))
        duration_s = round(float(sailing_s[edge]) if is_told else float(table.length_m[edge]) / 1000.0 / _FERRY_KPH * HOUR_S)
        known = lines.get(frozenset(ports))
        if known is None or duration_s < known.duration_s:
            lines[frozenset(ports)] = Crossing(
                id=f"osm-way:{details.osm_way[edge]}",
                from_node=table.node_ids[ports[0]],
                to_node=table.node_ids[ports[1]],
                departures_s=_DEPARTURES_S,
                duration_s=duration_s,
                boarding_s=_BOARDING_S,
                slots=_SLOTS,
                fare_idr=0,
                source=f"{_SOURCE}; timetable, boarding and slots assumed" + ("" if is_told else f", {_FERRY_KPH:g} km/h too"),
                confidence="assumed",
            )
    return list(lines.values())
