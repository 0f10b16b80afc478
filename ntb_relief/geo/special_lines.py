"""Boats to the small islands and air legs: by charter, without a timetable, all assumed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..data import read_table
from ..model.travel import Profile

if TYPE_CHECKING:
    from .index import Link
    from .network import RoadNetwork


@dataclass(frozen=True, slots=True)
class SpecialLine:
    """One boat or air leg of the embedded network.

    Parameters
    ----------
    name : str
    link : (str, str)
        Its two nodes.
    kind : str
        ``boat`` or ``air``.
    speed_kph, capacity_kg : float
    people : int
        Persons a trip.
    fare_idr : int
        Price of one charter, one way.
    max_wave_m : float or None
        Wave height above which it does not leave; None where that does not matter.
    source, confidence : str
    """

    name: str
    link: Link
    kind: str
    speed_kph: float
    capacity_kg: float
    people: int
    fare_idr: int
    max_wave_m: float | None
    source: str
    confidence: str


@cache
def special_lines() -> tuple[SpecialLine, ...]:
    """Return the embedded boats and air legs (table ``special_lines``, confidence ``assumed``).

    Examples
    --------
    >>> [line.name for line in special_lines() if "Maringkik" in line.name]
    ['Tanjung Luar - Pulau Maringkik']
    """
    return tuple(
        SpecialLine(
            name=row["line"],
            link=(row["from_node"], row["to_node"]),
            kind=row["kind"],
            speed_kph=float(row["speed_kph"]),
            capacity_kg=float(row["capacity_kg"]),
            people=int(row["people"]),
            fare_idr=int(row["fare_idr"]),
            max_wave_m=float(row["max_wave_m"]) if row["max_wave_m"] else None,
            source=f"{row['source']}; {row['note']}",
            confidence=row["confidence"],
        )
        for row in read_table("special_lines")
    )


def small_craft_stopped(height_m: float) -> tuple[Link, ...]:
    """Return the links of the embedded boats that stay ashore in waves of a height, for `RoadNetwork.without`.

    Examples
    --------
    >>> len(small_craft_stopped(1.0)), len(small_craft_stopped(2.0))
    (0, 10)
    """
    return tuple(line.link for line in special_lines() if line.max_wave_m is not None and height_m > line.max_wave_m)


def with_air(network: RoadNetwork) -> RoadNetwork:
    """Return the network with a profile ``air`` that flies between its airports at an assumed speed; one already there stays.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork, travel_matrix
    >>> ports = {"lombok": "port:LOP", "bima": "port:BMU"}
    >>> travel_matrix(with_air(RoadNetwork.from_ntb()), places=ports, profile="air").duration_s[0, 1].item() // 60
    63
    """
    speed_kph = {"air": min(line.speed_kph for line in special_lines() if line.kind == "air")}
    flight = Profile("air", min_access=0, kinds=("air",), speed_kph=speed_kph, confidence="assumed")
    return network.replace(profiles={"air": flight, **network.profiles})
