"""The default profiles: how trucks, 4WD, motorbikes and boats use the network. All speeds are assumed."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from ..data import read_table
from ..model.travel import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def default_profiles() -> Mapping[str, Profile]:
    """Return the embedded profiles by name: heavy_truck, light_truck, 4wd, motorbike, boat.

    Road profiles take roads and ferries; boats take boat links only. Source: tables ``profiles`` and ``speeds``
    (confidence ``assumed``); a planner with measured speeds passes own profiles to `RoadNetwork.from_table`.
    """
    speeds: dict[str, dict[str, float]] = defaultdict(dict)
    for row in read_table("speeds"):
        speeds[row["profile"]][row["road_class"]] = float(row["speed_kph"])
    return {
        row["profile"]: Profile(
            id=row["profile"],
            min_access=int(row["min_access"]),
            kinds=tuple(row["kinds"].split()),
            speed_kph=speeds[row["profile"]],
        )
        for row in read_table("profiles")
    }
