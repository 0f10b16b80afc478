"""What a plan needs of the road, as plain data: network columns, profiles, sailings, matrices, paths.

`geo` makes these, `plan.verify` judges plans by them, and neither needs the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import IssueLog
from .turns import banned_turns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from .turns import Turn

UNREACHABLE: Final = -1
"""Entry of a travel matrix where no path exists for the profile."""
OPTIONAL_COLUMNS: Final[Mapping[str, bool | str | float]] = {
    "one_way": False,
    "bridge": False,
    "road_name": "",
    "surface": "",
    "slope": "",
    "max_kph": math.inf,
    "max_weight_kg": math.inf,
    "max_axle_kg": math.inf,
}
"""Columns of a `RoadTable` that may be left out, with the value that then holds for every edge."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How one kind of vehicle uses the network.

    Parameters
    ----------
    id : str
        Name used by vehicle types and matrices.
    min_access : int
        Lowest UNSDI-T ``CurntPrac`` class of a road it can use (6 truck and trailer ... 1 on foot).
    kinds : tuple of str
        Edge kinds it may use: ``road``, ``ferry``, ``boat``, ``sea``, ``air``.
    speed_kph : mapping of str to float
        Speed by road class; a class that is missing is closed to the profile.
    surface_factor, slope_factor : mapping of str to float, optional
        Multiply the speed by the surface and the slope zone of an edge; those that are missing, and unknown ones, leave it.
    weight_kg, axle_kg : float, optional
        Of the loaded vehicle and its heaviest axle: roads and bridges that bear less are closed. None means they all bear it.
    obeys_one_way : bool, optional
        Whether one-way roads bind it; not those who walk.
    source, confidence : str
        Where the figures come from and how far to trust them.
    """

    id: str
    min_access: int
    kinds: tuple[str, ...]
    speed_kph: Mapping[str, float]
    surface_factor: Mapping[str, float] = field(default_factory=dict)
    slope_factor: Mapping[str, float] = field(default_factory=dict)
    weight_kg: float | None = None
    axle_kg: float | None = None
    obeys_one_way: bool = True
    source: str = ""
    confidence: str = ""

    def __post_init__(self) -> None:
        log = IssueLog()
        where = f"profile '{self.id}'"
        for road_class, speed in self.speed_kph.items():
            if not 0 < speed < math.inf:
                log.add(where, f"speed on '{road_class}' is {speed}", "give km/h above 0; leave the class out to close it")
        for column in ("surface_factor", "slope_factor"):
            for name, factor in getattr(self, column).items():
                if not 0 < factor < math.inf:
                    log.add(where, f"{column} of '{name}' is {factor}", "give a factor above 0: 0.5 is half as fast")
        for column in ("weight_kg", "axle_kg"):
            mass = getattr(self, column)
            if mass is not None and not 0 < mass < math.inf:
                log.add(where, f"{column} is {mass}", "give kilograms above 0, or None where it does not matter")
        log.raise_if_any()

    def can_use(self, *, kind: str, road_class: str, access: int) -> bool:
        """Tell whether an edge is open to this profile."""
        if kind not in self.kinds:
            return False
        if kind == "ferry":
            return True
        return road_class in self.speed_kph and (kind != "road" or access >= self.min_access)

    def is_borne(self, *, max_weight_kg: float, max_axle_kg: float) -> bool:
        """Tell whether a road or bridge bears the vehicle; ``inf`` is no limit."""
        return (self.weight_kg or 0) <= max_weight_kg and (self.axle_kg or 0) <= max_axle_kg

    def edge_kph(self, *, road_class: str, surface: str = "", slope: str = "", max_kph: float = math.inf) -> float:
        """Return the speed on a road class it may use, by surface and slope zone, up to the road's own limit."""
        speed = self.speed_kph[road_class] * self.surface_factor.get(surface, 1.0) * self.slope_factor.get(slope, 1.0)
        return min(speed, max_kph)


@dataclass(frozen=True, slots=True, eq=False)
class RoadTable:
    """A road-and-crossing network as columns: one row a node, one row an edge, which leads both ways unless it is one-way.

    Parameters
    ----------
    name : str
        Name of the network, e.g. ``"ntb"``.
    node_ids : tuple of str
    node_lon, node_lat : float64 array, shape (N,)
    edge_from, edge_to : int32 array, shape (E,)
        Node rows.
    kind, road_class : tuple of str, length E
    access : int8 array, shape (E,)
        UNSDI-T ``CurntPrac``; 0 on crossings.
    length_m : int64 array, shape (E,)
    slow_factor : float64 array, shape (E,)
        Divides the speed: 1 normal, 2 half as fast, ``inf`` closed.
    confidence, source : tuple of str, length E
    one_way : bool array, shape (E,), optional
        Whether one drives from `edge_from` to `edge_to` only; ferries always sail both ways. This column and those below may
        be left out.
    bridge : bool array, shape (E,), optional
        Whether it lies on a bridge, the structure.
    road_name, surface, slope : tuple of str, length E, optional
        Name of the street; ``paved``, ``gravel`` or ``earth``; ``flat``, ``hilly`` or ``steep``. Empty where not known.
    max_kph, max_weight_kg, max_axle_kg : float64 array, shape (E,), optional
        Speed limit; what the road or its bridge bears; ``inf`` where there is no limit or none is known.
    turns : tuple of Turn, optional
        Turns that signs forbid or prescribe.
    """

    name: str
    node_ids: tuple[str, ...]
    node_lon: NDArray[np.float64]
    node_lat: NDArray[np.float64]
    edge_from: NDArray[np.int32]
    edge_to: NDArray[np.int32]
    kind: tuple[str, ...]
    road_class: tuple[str, ...]
    access: NDArray[np.int8]
    length_m: NDArray[np.int64]
    slow_factor: NDArray[np.float64]
    confidence: tuple[str, ...]
    source: tuple[str, ...]
    one_way: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    bridge: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    road_name: tuple[str, ...] = ()
    surface: tuple[str, ...] = ()
    slope: tuple[str, ...] = ()
    max_kph: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    max_weight_kg: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    max_axle_kg: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    turns: tuple[Turn, ...] = ()

    def __post_init__(self) -> None:
        for name, default in OPTIONAL_COLUMNS.items():
            if not len(getattr(self, name)):  # left out
                size = len(self.edge_from)
                column = (default,) * size if isinstance(default, str) else np.full(size, default)
                object.__setattr__(self, name, column)
        self._check_lengths()
        self._check_values()

    def _check_lengths(self) -> None:
        log = IssueLog()
        where = f"road table '{self.name}'"
        num_nodes, num_edges = len(self.node_ids), len(self.edge_from)
        for name in ("node_lon", "node_lat"):
            if len(getattr(self, name)) != num_nodes:
                log.add(where, f"{name} has {len(getattr(self, name))} rows for {num_nodes} nodes", "give one value a node")
        for name in ("edge_to", "kind", "road_class", "access", "length_m", "slow_factor", "confidence", "source", *OPTIONAL_COLUMNS):
            if len(getattr(self, name)) != num_edges:
                log.add(where, f"{name} has {len(getattr(self, name))} rows for {num_edges} edges", "give one value an edge")
        if len(set(self.node_ids)) < num_nodes:
            log.add(where, "a node id stands twice", "give every node its own id")
        log.raise_if_any()

    def _check_values(self) -> None:
        log = IssueLog()
        where, num_nodes = f"road table '{self.name}'", len(self.node_ids)
        if not np.isfinite([self.node_lon, self.node_lat]).all():
            log.add(where, "a node has no coordinates", "give lon and lat in degrees")
        ends = np.concatenate([self.edge_from, self.edge_to])
        dangling = ends[(ends < 0) | (ends >= num_nodes)]
        if dangling.size:
            log.add(where, f"an edge ends at node row {dangling[0]}", f"use rows 0 to {num_nodes - 1}")
        if (self.length_m < 0).any() or not (self.slow_factor > 0).all():
            log.add(where, "an edge has a length below 0, or a slow_factor that is not above 0", "give metres >= 0 and factors > 0")
        for name in ("max_kph", "max_weight_kg", "max_axle_kg"):
            if not (getattr(self, name) > 0).all():
                log.add(where, f"an edge has a {name} that is not above 0", "give a number above 0; inf is no limit")
        for turn in self.turns:
            if not self._is_turn(turn):
                fix = "give two edges of the table and the node where they meet"
                log.add(where, f"turn {turn.from_edge} - {turn.via_node} - {turn.to_edge} is none", fix)
        log.raise_if_any()

    def _is_turn(self, turn: Turn) -> bool:
        edges = turn.from_edge, turn.to_edge
        is_known = all(0 <= edge < len(self.edge_from) for edge in edges)
        return is_known and all(turn.via_node in {self.edge_from[edge], self.edge_to[edge]} for edge in edges)

    def banned_turns(self) -> frozenset[tuple[int, int, int]]:
        """Return every (edge, node, edge) that signs forbid, those forbidden by ``only_...`` too; empty where there are no turns."""
        return banned_turns(self.turns, edge_from=self.edge_from, edge_to=self.edge_to)

    def edge_duration_s(self, edge: int, profile: Profile, *, from_node: int | None = None) -> int:
        """Return the driving seconds of one edge, `UNREACHABLE` where the profile cannot use it.

        A ferry edge counts 0 here: its time comes from the `Crossing`.

        Parameters
        ----------
        edge : int
        profile : Profile
        from_node : int, optional
            Row of the node where it is entered: the wrong end of a one-way road is closed. None leaves that out.
        """
        kind, road_class = self.kind[edge], self.road_class[edge]
        if not np.isfinite(self.slow_factor[edge]) or not profile.can_use(kind=kind, road_class=road_class, access=int(self.access[edge])):
            return UNREACHABLE
        is_wrong_way = from_node is not None and bool(self.one_way[edge]) and from_node != self.edge_from[edge]
        if is_wrong_way and profile.obeys_one_way and kind != "ferry":
            return UNREACHABLE
        limits = {"max_weight_kg": float(self.max_weight_kg[edge]), "max_axle_kg": float(self.max_axle_kg[edge])}
        if kind == "road" and not profile.is_borne(**limits):
            return UNREACHABLE
        if kind == "ferry":
            return 0
        look = {"surface": self.surface[edge], "slope": self.slope[edge]}
        hours = float(self.length_m[edge]) / 1000.0 / profile.edge_kph(road_class=road_class, max_kph=float(self.max_kph[edge]), **look)
        return round(hours * 3600.0 * float(self.slow_factor[edge]))


@dataclass(frozen=True, slots=True, eq=False)
class TravelMatrix:
    """Durations and distances of one profile between places.

    Parameters
    ----------
    profile : str
    place_ids : tuple of str, length L
    duration_s, distance_m : int64 array, shape (L, L)
        Row: from, column: to; `UNREACHABLE` (-1) where there is no path, in both alike. With crossings the
        duration counts boarding and the longest wait for a sailing, so a plan made with it is never late.
    toll_idr : int64 array, shape (L, L), optional
        Fares of crossings on the way.
    """

    profile: str
    place_ids: tuple[str, ...]
    duration_s: NDArray[np.int64]
    distance_m: NDArray[np.int64]
    toll_idr: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        log = IssueLog()
        size = len(self.place_ids)
        where = f"travel matrix '{self.profile}'"
        tables = {"duration_s": self.duration_s, "distance_m": self.distance_m}
        if self.toll_idr is not None:
            tables["toll_idr"] = self.toll_idr
        for name, table in tables.items():
            if table.shape != (size, size):
                log.add(where, f"{name} has shape {table.shape} for {size} places", f"give a ({size}, {size}) array")
            elif table.dtype.kind != "i":
                log.add(where, f"{name} has dtype {table.dtype}", "round to whole seconds, metres or rupiah (int64) first")
            elif table.size and int(table.min()) < UNREACHABLE:
                row, col = (int(x) for x in np.argwhere(table < UNREACHABLE)[0])
                log.add(
                    where,
                    f"{name} from '{self.place_ids[row]}' to '{self.place_ids[col]}' is {int(table[row, col])}",
                    "give a value >= 0, or -1 where there is no path",
                )
        log.raise_if_any()
        if not np.array_equal(self.duration_s == UNREACHABLE, self.distance_m == UNREACHABLE):
            log.add(where, "duration_s and distance_m are -1 for different pairs", "mark a pair without path in both")
            log.raise_if_any()

    @property
    def num_places(self) -> int:
        """Number of places."""
        return len(self.place_ids)

    def leg(self, here: int, there: int) -> tuple[int, int, int]:
        """Return (seconds, metres, toll) from one place to another, by row; `UNREACHABLE` where there is no path."""
        toll = 0 if self.toll_idr is None else int(self.toll_idr[here, there])
        return int(self.duration_s[here, there]), int(self.distance_m[here, there]), toll

    def block(self, rows: Sequence[int] | NDArray[np.int64]) -> TravelMatrix:
        """Return the table between some of the places, in the order of `rows`."""
        chosen = np.asarray(rows, np.int64)
        cells = np.ix_(chosen, chosen)
        metres = self.distance_m[cells]
        seconds = metres if self.duration_s is self.distance_m else self.duration_s[cells]
        toll = None if self.toll_idr is None else self.toll_idr[cells]
        return TravelMatrix(self.profile, tuple(self.place_ids[row] for row in rows), seconds, metres, toll)


@dataclass(frozen=True, slots=True)
class Path:
    """The way of one leg through a `RoadTable`.

    Parameters
    ----------
    nodes : tuple of int
        Node rows from start to end; one node where start and end are the same.
    edges : tuple of int
        Edge rows between them.
    distance_m : int
    """

    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    distance_m: int


@dataclass(frozen=True, slots=True)
class SailingUse:
    """One ferry departure a vehicle takes, in seconds after the operation's start.

    Parameters
    ----------
    crossing_id : str
    departure_s, arrive_s : int
        When the ferry leaves and when the vehicle is ashore on the other side.
    """

    crossing_id: str
    departure_s: int
    arrive_s: int
