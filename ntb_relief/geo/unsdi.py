"""Roads in the words of UNSDI-T 2 (UN Spatial Data Infrastructure, transport), which logistics clusters exchange.

Field names and codes as in the gROADS v1 codebook (CIESIN, 2013), which uses UNSDI-T version 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .roads import edge_lines, straight_details

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .network import RoadNetwork

UNSDI_COLUMNS: Final[Mapping[str, str]] = {
    "road_name": "ONme",
    "road_class": "FClass",
    "access": "CurntPrac",
    "op_status": "OpStatus",
    "seasonal": "IsSeasonal",
    "security": "Sec",
    "surface": "SrfTpe",
    "max_kph": "SpeedLimit",
    "max_weight_kg": "TotLoadMT",
    "max_axle_kg": "AxleLoadMT",
    "bridge": "IsElevated",
    "length_m": "Length_KM",
    "source": "SourceID",
    "confidence": "Notes",
}
"""Our columns and the fields of UNSDI-T they are read from and written to."""
ROAD_CLASS: Final[Mapping[int, str]] = {
    1: "trunk",
    2: "national",
    3: "provincial",
    4: "secondary",
    5: "local",
    6: "trail",
    7: "local",
    0: "local",
}
"""Road class by ``FClass``: highway, primary, secondary, tertiary, local, trail, private, unspecified."""
SURFACE: Final[Mapping[int, str]] = {1: "paved", 2: "gravel", 3: "earth", 4: "paved", 5: "gravel", 6: "earth", 0: ""}
"""Surface by ``SrfTpe``: paved, gravel, dirt or sand, steel, wood, grass, unspecified."""
CLOSED: Final = (3, 4)
"""``OpStatus`` of roads that are shut: closed, abandoned."""
_KG: Final = 1000.0


def network_to_unsdi(network: RoadNetwork) -> Any:  # noqa: ANN401 - geopandas ships no types
    """Return the roads, without crossings, as a GeoDataFrame with the fields of UNSDI-T and ``one_way``, ``from_node``, ``to_node``.

    ``OpStatus`` is 3 where the network has an edge closed, whatever the survey said. Loads are tonnes, 0 where no limit is known;
    ``CurntPrac`` is the access class. Forbidden turns have no field there and are left out. Write it with ``frame.to_file("roads.gpkg")``.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> frame = network_to_unsdi(RoadNetwork.from_ntb())
    >>> frame.loc[0, ["FClass", "CurntPrac", "OpStatus"]].tolist()
    [1, 6, 1]
    """
    import geopandas
    import shapely

    table = network.table
    roads = np.flatnonzero(np.array([kind == "road" for kind in table.kind], np.bool_))
    details = straight_details(len(table.kind)) if network.details is None else network.details
    is_closed = np.isinf(table.slow_factor)
    status = np.where(is_closed & ~np.isin(details.op_status, CLOSED), 3, np.where(details.op_status == 0, 1, details.op_status))
    status = np.where(~is_closed & np.isin(details.op_status, CLOSED), 1, status)
    ids = np.array(table.node_ids, dtype=object)
    columns = {
        "ONme": _words(table.road_name, roads),
        "FClass": _codes(table.road_class, ROAD_CLASS, roads, other=5),
        "CurntPrac": table.access[roads],
        "OpStatus": status[roads],
        "IsSeasonal": details.seasonal[roads],
        "Sec": details.security[roads],
        "SrfTpe": _codes(table.surface, SURFACE, roads, other=0),
        "SpeedLimit": _number(table.max_kph[roads]),
        "TotLoadMT": _number(table.max_weight_kg[roads] / _KG),
        "AxleLoadMT": _number(table.max_axle_kg[roads] / _KG),
        "IsElevated": np.where(table.bridge, 1, 0)[roads],
        "Length_KM": table.length_m[roads] / 1000.0,
        "SourceID": _words(table.source, roads),
        "Notes": _words(table.confidence, roads),
        "one_way": table.one_way[roads],
        "from_node": ids[table.edge_from[roads]],
        "to_node": ids[table.edge_to[roads]],
    }
    points, edge = edge_lines(table, network.details)
    lines = shapely.linestrings(points, indices=edge)
    return geopandas.GeoDataFrame(columns, geometry=lines[roads], crs=4326)


def _words(column: tuple[str, ...], rows: Any) -> list[str]:  # noqa: ANN401 - row numbers
    return [column[row] for row in rows.tolist()]


def _codes(column: tuple[str, ...], names: Mapping[int, str], rows: Any, *, other: int) -> list[int]:  # noqa: ANN401
    code = {name: number for number, name in reversed(tuple(names.items()))}
    return [code.get(column[row], other) for row in rows.tolist()]


def _number(column: Any) -> Any:  # noqa: ANN401
    return np.where(np.isinf(column), 0.0, column)
