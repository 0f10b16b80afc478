"""A path in words and as a line: which road for how far, between which places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..errors import IssueLog
from ..model.travel import UNREACHABLE, Path
from .graph import ferry_crossings
from .lines import path_line

if TYPE_CHECKING:
    from .network import RoadNetwork

_CLASS_NAMES: Final = {
    "trunk": "jalan utama", "national": "jalan nasional", "provincial": "jalan provinsi", "secondary": "jalan sekunder",
    "local": "jalan lokal", "trail": "jalan setapak", "ferry": "feri", "boat": "perahu", "sea": "kapal", "air": "pesawat",
}  # fmt: skip


def class_name(road_class: str) -> str:
    """Return what a class of road is called in Indonesian, the class itself where it has no name here."""
    return _CLASS_NAMES.get(road_class, road_class)


@dataclass(frozen=True, slots=True)
class PathStep:
    """A part of a path on one road, ferry or boat line.

    Parameters
    ----------
    name : str
        Name of the road or id of the crossing; for roads without a name what they are, in Indonesian (``"jalan provinsi"``).
    kind, road_class : str
    from_node, to_node : str
    distance_m, duration_s : int
        A ferry's duration is its boarding and sailing, without the wait.
    lonlat : tuple of (float, float)
        The line, degrees, with the bends the network knows.
    """

    name: str
    kind: str
    road_class: str
    from_node: str
    to_node: str
    distance_m: int
    duration_s: int
    lonlat: tuple[tuple[float, float], ...]


def path_steps(network: RoadNetwork, path: Path, *, profile: str) -> tuple[PathStep, ...]:
    """Return a path road by road: edges that follow each other on one road are one step.

    Parameters
    ----------
    network : RoadNetwork
        The network the path was found on.
    path : Path
        From `shortest_path`, `shortest_paths` or `alternative_paths`.
    profile : str

    Returns
    -------
    tuple of PathStep
        Their distances add up to the path's.

    Raises
    ------
    UnknownReferenceError
        For an unknown profile.
    InputError
        Where an edge of the path is closed to the profile on this network.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork, shortest_path
    >>> network = RoadNetwork.from_ntb()
    >>> path = shortest_path(network, from_node="kec:52.71.05", to_node="port:POTOTANO", profile="4wd")
    >>> [step.name for step in path_steps(network, path, profile="4wd")][-1]
    'kayangan-pototano'
    """
    rules, table = network.profile(profile), network.table
    crossings = ferry_crossings(network)
    log = IssueLog()
    steps: list[PathStep] = []
    for place, edge in enumerate(path.edges):
        one, other = path.nodes[place], path.nodes[place + 1]
        seconds = table.edge_duration_s(edge, rules, from_node=one)
        if seconds == UNREACHABLE:
            log.add(f"path edge {edge}", f"is closed to profile '{profile}'", "find the path on this network first")
            continue
        crossing = crossings.get(edge)
        if crossing is not None:
            seconds += crossing.boarding_s + crossing.duration_s
        told = crossing.id if crossing is not None else table.road_name[edge] or class_name(table.road_class[edge])
        line = tuple(path_line(network, Path((one, other), (edge,), 0)))
        metres, ids = int(table.length_m[edge]), table.node_ids
        last = steps[-1] if steps else None
        if last is not None and (last.name, last.kind, last.road_class) == (told, table.kind[edge], table.road_class[edge]):
            sums = last.distance_m + metres, last.duration_s + seconds
            steps[-1] = PathStep(told, last.kind, last.road_class, last.from_node, ids[other], *sums, (*last.lonlat, *line[1:]))
        else:
            steps.append(PathStep(told, table.kind[edge], table.road_class[edge], ids[one], ids[other], metres, seconds, line))
    log.raise_if_any()
    return tuple(steps)
