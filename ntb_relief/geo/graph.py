"""The graph of one profile: usable edges as arcs both ways, with what they cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE
from .junctions import BACK, FORTH, by_arc, junctions
from .sailings import check_span, longest_crossing_s

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from ..kernels.graph import Csr
    from ..model.crossings import Crossing
    from ..model.travel import Profile
    from .network import RoadNetwork

    Ints = NDArray[np.int64]

_WEIGHT_BITS: Final = 62


@dataclass(frozen=True, slots=True)
class TieWeight:
    """Length and fare in one number, that of equally quick paths the shortest and then the cheapest is the least.

    Parameters
    ----------
    fare_unit : int
        Rupiah that divide every fare.
    fare_bits : int
        Low bits that hold the fare; sums along any path stay within them.
    total_bits : int
        Bits that hold the sum along any path, twice over.
    """

    fare_unit: int
    fare_bits: int
    total_bits: int

    @classmethod
    def for_network(cls, network: RoadNetwork) -> TieWeight:
        """Return the layout in which no sum of a network's lengths and fares runs over; `InputError` where none does."""
        fares = [crossing.fare_idr for crossing in network.crossings]
        fare_unit = max(1, math.gcd(*fares))
        fare_bits = (2 * sum(fares) // fare_unit).bit_length()
        total_bits = (2 * int(network.table.length_m.sum())).bit_length() + fare_bits
        if total_bits > _WEIGHT_BITS:
            log = IssueLog()
            log.add(f"network '{network.table.name}'", "lengths and fares add up beyond 62 bits", "give metres and rupiah")
            log.raise_if_any()
        return cls(fare_unit, fare_bits, total_bits)

    def join(self, length_m: Ints, fare_idr: Ints) -> Ints:
        """Return the weights of edges."""
        return length_m << self.fare_bits | fare_idr // self.fare_unit

    def split(self, weight: Ints) -> tuple[Ints, Ints]:
        """Return metres and rupiah of sums of weights; `UNREACHABLE` stays that in both."""
        fare_idr = (weight & ((1 << self.fare_bits) - 1)) * self.fare_unit
        fare_idr[weight < 0] = UNREACHABLE
        return weight >> self.fare_bits, fare_idr  # -1 shifted is -1


@dataclass(frozen=True, slots=True, eq=False)
class ProfileGraph:
    """Arcs of the edges a profile may use.

    Parameters
    ----------
    csr : Csr
    driving_s, distance_m, tie : int64 array, shape (A,)
        By arc; a ferry drives for 0 seconds. `tie` as by `TieWeight`.
    ferry_arcs : tuple of (Crossing, int64 array)
        The arcs of each crossing.
    """

    csr: Csr
    driving_s: Ints
    distance_m: Ints
    tie: Ints
    ferry_arcs: tuple[tuple[Crossing, Ints], ...]

    def duration_s(self, *, start: datetime | None, latest_s: int | None) -> Ints:
        """Return the seconds of every arc, a ferry at its longest within the span (see `longest_crossing_s`)."""
        check_span(start=start, latest_s=latest_s)
        duration = self.driving_s.copy()
        for crossing, arcs in self.ferry_arcs:
            duration[arcs] = longest_crossing_s(crossing, start=start, latest_s=latest_s)
        return duration


def profile_graph(network: RoadNetwork, profile_id: str) -> ProfileGraph:
    """Return the graph of a profile, built once a network; `UnknownReferenceError` for an unknown profile."""
    graphs: dict[str, ProfileGraph] = network._cache.setdefault("graphs", {})  # noqa: SLF001 - kept with what it is derived from
    if profile_id not in graphs:
        graphs[profile_id] = _build(network, profile_id)
    return graphs[profile_id]


def edge_seconds(network: RoadNetwork, profile: Profile) -> Ints:
    """Return `RoadTable.edge_duration_s` of all edges at once, whichever way is open."""
    table = network.table
    kinds, kind_names, classes, class_names = network.index.codes
    speed_kph = np.array([profile.speed_kph.get(name, np.nan) for name in class_names])[classes]
    for factors, column in ((profile.surface_factor, "surface"), (profile.slope_factor, "slope")):
        if factors:
            codes, names = network.index.coded(column)
            speed_kph *= np.array([factors.get(name, 1.0) for name in names])[codes]
    speed_kph = np.minimum(speed_kph, table.max_kph)
    is_ferry = (kinds == kind_names.index("ferry")) if "ferry" in kind_names else np.zeros(kinds.size, np.bool_)
    is_road = (kinds == kind_names.index("road")) if "road" in kind_names else np.zeros(kinds.size, np.bool_)
    is_usable = np.array([name in profile.kinds for name in kind_names], np.bool_)[kinds]
    is_usable &= is_ferry | (~np.isnan(speed_kph) & (~is_road | (table.access >= profile.min_access)))
    is_usable &= np.isfinite(table.slow_factor)
    is_borne = ((profile.weight_kg or 0) <= table.max_weight_kg) & ((profile.axle_kg or 0) <= table.max_axle_kg)
    is_usable &= is_borne | ~is_road
    seconds = np.full(kinds.size, UNREACHABLE, dtype=np.int64)
    drives = is_usable & ~is_ferry
    hours = table.length_m[drives] / 1000.0 / speed_kph[drives]
    seconds[drives] = np.rint(hours * 3600.0 * table.slow_factor[drives]).astype(np.int64)
    seconds[is_usable & is_ferry] = 0
    for edge, crossing in ferry_crossings(network).items():
        if not crossing.takes(profile.id):
            seconds[edge] = UNREACHABLE
    return seconds


def is_shut_back(network: RoadNetwork, profile: Profile) -> NDArray[np.bool_]:
    """Tell for every edge whether a profile may not take it from its second end to its first: one-way roads."""
    kinds, kind_names = network.index.codes[:2]
    if not profile.obeys_one_way or not network.table.one_way.any():
        return np.zeros(kinds.size, np.bool_)
    return np.asarray(network.table.one_way & np.array([name != "ferry" for name in kind_names], np.bool_)[kinds])


def open_arcs(network: RoadNetwork, profile: Profile, *, is_open: NDArray[np.bool_]) -> Csr:
    """Return the arcs of open edges, each there and, where it is not one-way for the profile, back; with links (see `junctions`)."""
    from ..kernels.graph import build_csr

    meet = junctions(network)
    forth = np.flatnonzero(is_open)
    back = forth[~is_shut_back(network, profile)[forth]]
    links = np.flatnonzero(~meet.is_banned) if profile.obeys_one_way else np.arange(meet.is_banned.size)
    tail = np.concatenate([meet.tail[FORTH, forth], meet.tail[BACK, back], meet.link_tail[links]])
    head = np.concatenate([meet.head[FORTH, forth], meet.head[BACK, back], meet.link_head[links]])
    return build_csr(meet.base.size, tail, head, np.concatenate([forth, back, meet.link_rows(links)]))


def tie_weight(network: RoadNetwork) -> tuple[TieWeight, Ints]:
    """Return the layout of tie weights and that of every edge; closures leave both alone."""
    shared = network.index.shared
    key = "tie", tuple((crossing.id, crossing.fare_idr) for crossing in network.crossings)
    if key not in shared:
        layout = TieWeight.for_network(network)
        fare_idr = np.zeros(len(network.table.kind), dtype=np.int64)
        for edge, crossing in ferry_crossings(network).items():
            fare_idr[edge] = crossing.fare_idr
        shared[key] = layout, layout.join(network.table.length_m, fare_idr)
    found: tuple[TieWeight, Ints] = shared[key]
    return found


def ferry_crossings(network: RoadNetwork) -> dict[int, Crossing]:
    """Return the crossing of every ferry edge."""
    found = {}
    for crossing in network.crossings:
        for edge in network.index.edges_by_link[frozenset((crossing.from_node, crossing.to_node))]:
            if network.table.kind[edge] == "ferry":
                found[edge] = crossing
    return found


def _build(network: RoadNetwork, profile_id: str) -> ProfileGraph:
    table, rules = network.table, network.profile(profile_id)
    seconds = edge_seconds(network, rules)
    csr = open_arcs(network, rules, is_open=seconds != UNREACHABLE)
    _, tie = tie_weight(network)
    ferry_arcs = []
    for edge, crossing in ferry_crossings(network).items():
        arcs = np.flatnonzero(csr.edge == edge)
        if arcs.size:
            ferry_arcs.append((crossing, arcs))
    return ProfileGraph(csr, by_arc(csr, seconds), by_arc(csr, table.length_m), by_arc(csr, tie), tuple(ferry_arcs))
