"""The road table in a document: by reference where it is the embedded network, otherwise whole, as columns."""

from __future__ import annotations

import hashlib
import json
from math import inf
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from ...errors import IssueLog, SchemaError
from ...model.travel import OPTIONAL_COLUMNS
from ...model.turns import Turn
from .base import Count, Document, Latitude, Longitude, to_document, to_thing

if TYPE_CHECKING:
    from ...model.travel import RoadTable

Row = Annotated[int, Field(ge=0, lt=2**31)]
Limit = Annotated[float, Field(gt=0)]


class NetworkReference(Document):
    """The embedded network of the library, named by its content."""

    network: Literal["ntb"]
    sha256: str


class TurnPart(Document):
    """A turn from one edge to another over a node, by their rows."""

    from_edge: Row
    via_node: Row
    to_edge: Row
    kind: str = Field(description="as in OpenStreetMap: no_left_turn, only_straight_on")


class RoadColumns(Document):
    """A whole road table: one entry a node, one entry an edge. Columns that say the same of every edge, nothing, are left out."""

    name: str
    node_ids: tuple[str, ...]
    node_lon: tuple[Longitude, ...]
    node_lat: tuple[Latitude, ...]
    edge_from: tuple[Row, ...] = Field(description="rows of node_ids")
    edge_to: tuple[Row, ...] = Field(description="rows of node_ids")
    kind: tuple[str, ...] = Field(description="road, ferry, boat, sea, air")
    road_class: tuple[str, ...]
    access: tuple[Annotated[int, Field(ge=0, le=6)], ...] = Field(description="UNSDI-T CurntPrac; 0 on crossings")
    length_m: tuple[Count, ...]
    slow_factor: tuple[Annotated[float, Field(gt=0)] | None, ...] = Field(description="divides the speed; null means closed")
    confidence: tuple[str, ...]
    source: tuple[str, ...]
    one_way: tuple[bool, ...] | None = Field(None, description="whether it leads from edge_from to edge_to only")
    bridge: tuple[bool, ...] | None = None
    road_name: tuple[str, ...] | None = None
    surface: tuple[str, ...] | None = Field(None, description="paved, gravel, earth or empty")
    slope: tuple[str, ...] | None = Field(None, description="flat, hilly, steep or empty")
    max_kph: tuple[Limit | None, ...] | None = Field(None, description="null means no limit")
    max_weight_kg: tuple[Limit | None, ...] | None = Field(None, description="null means no limit")
    max_axle_kg: tuple[Limit | None, ...] | None = Field(None, description="null means no limit")
    turns: tuple[TurnPart, ...] = Field((), description="turns that signs forbid or prescribe")


def _which(value: Any) -> str:  # noqa: ANN401 - raw JSON or a model
    names = value if isinstance(value, dict) else type(value).model_fields if isinstance(value, Document) else {}
    return "reference" if "network" in names else "table"


Roads = Annotated[
    Annotated[NetworkReference, Tag("reference")] | Annotated[RoadColumns, Tag("table")],
    Discriminator(_which),
]


def roads_to_document(table: RoadTable) -> NetworkReference | RoadColumns:
    """Return the short form for the embedded network, the whole table for any other."""
    from ...geo.network import RoadNetwork

    embedded = RoadNetwork.from_ntb().table
    columns = _columns(table)
    if table is embedded or (table.name == embedded.name and columns == _columns(embedded)):
        return NetworkReference(network="ntb", sha256=_digest(columns))
    return columns


def roads_from_document(roads: NetworkReference | RoadColumns, *, name: str) -> RoadTable:
    """Return the road table.

    Raises
    ------
    SchemaError
        Where columns do not fit together, or the document was made with another embedded network.
    """
    if isinstance(roads, RoadColumns):
        return _table(roads, name=name)
    from ...geo.network import RoadNetwork

    embedded = RoadNetwork.from_ntb().table
    digest = _digest(_columns(embedded))
    if roads.sha256 != digest:
        log = IssueLog()
        log.add(
            f"{name}.sha256",
            f"is '{roads.sha256}', and the network in this version of the library is '{digest}'",
            "read the document with the version of ntb_relief that wrote it, or write it with the whole road table",
        )
        log.raise_if_any(SchemaError)
    return embedded


def _columns(table: RoadTable) -> RoadColumns:
    return RoadColumns(
        name=table.name,
        node_ids=table.node_ids,
        node_lon=tuple(table.node_lon.tolist()),
        node_lat=tuple(table.node_lat.tolist()),
        edge_from=tuple(table.edge_from.tolist()),
        edge_to=tuple(table.edge_to.tolist()),
        kind=table.kind,
        road_class=table.road_class,
        access=tuple(table.access.tolist()),
        length_m=tuple(table.length_m.tolist()),
        slow_factor=_written(table.slow_factor),
        confidence=table.confidence,
        source=table.source,
        turns=tuple(to_document(TurnPart, turn) for turn in table.turns),
        **_optional(table),
    )


def _optional(table: RoadTable) -> dict[str, tuple[Any, ...]]:
    """Return the optional columns that tell something."""
    columns = {name: getattr(table, name) for name in OPTIONAL_COLUMNS}
    return {name: _written(column) for name, column in columns.items() if any(entry != OPTIONAL_COLUMNS[name] for entry in column)}


def _written(column: Any) -> tuple[Any, ...]:  # noqa: ANN401 - words, flags or numbers
    """Return the entries of a column, null for infinity."""
    entries = column if isinstance(column, tuple) else column.tolist()
    return tuple(None if entry == inf else entry for entry in entries)


def _digest(columns: RoadColumns) -> str:
    text = json.dumps(columns.model_dump(mode="json", exclude_defaults=True), ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _table(roads: RoadColumns, *, name: str) -> RoadTable:
    import numpy as np

    from ...model.travel import RoadTable

    log = IssueLog()
    num_nodes, num_edges = len(roads.node_ids), len(roads.edge_from)
    for field in RoadColumns.model_fields:
        column = getattr(roads, field)
        size = num_nodes if field.startswith("node_") else num_edges
        if field not in {"name", "turns"} and column is not None and len(column) != size:
            log.add(f"{name}.{field}", f"has {len(column)} entries", f"give {size}, as many as the other columns")
    if len(set(roads.node_ids)) != num_nodes:
        log.add(f"{name}.node_ids", "holds an id twice", "give every node its own id")
    for field in ("edge_from", "edge_to"):
        if max(getattr(roads, field), default=-1) >= num_nodes:
            log.add(f"{name}.{field}", f"points to row {max(getattr(roads, field))}", f"use rows 0 to {num_nodes - 1} of node_ids")
    log.raise_if_any(SchemaError)
    return RoadTable(
        name=roads.name,
        node_ids=roads.node_ids,
        node_lon=np.array(roads.node_lon, dtype=np.float64),
        node_lat=np.array(roads.node_lat, dtype=np.float64),
        edge_from=np.array(roads.edge_from, dtype=np.int32),
        edge_to=np.array(roads.edge_to, dtype=np.int32),
        kind=roads.kind,
        road_class=roads.road_class,
        access=np.array(roads.access, dtype=np.int8),
        length_m=np.array(roads.length_m, dtype=np.int64),
        slow_factor=np.array([inf if factor is None else factor for factor in roads.slow_factor], dtype=np.float64),
        confidence=roads.confidence,
        source=roads.source,
        turns=tuple(to_thing(Turn, turn) for turn in roads.turns),
        **{name: _read(getattr(roads, name), default) for name, default in OPTIONAL_COLUMNS.items() if getattr(roads, name) is not None},
    )


def _read(column: tuple[Any, ...], default: bool | str | float) -> Any:  # noqa: ANN401, FBT001 - a column of the default's type
    import numpy as np

    if isinstance(default, str):
        return column
    return np.array([inf if entry is None else entry for entry in column], dtype=np.bool_ if isinstance(default, bool) else np.float64)
