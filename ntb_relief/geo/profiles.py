"""The default profiles: how trucks, 4WD, motorbikes, walkers and boats use the network. All figures are assumed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ..data import read_table
from ..errors import IssueLog
from ..model.travel import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .network import RoadNetwork

Season = Literal["dry", "wet"]
Light = Literal["day", "night"]

_IS_SEASONAL: Final = 1
_ORDER: Final = ("truck_trailer", "heavy_truck", "light_truck", "4wd", "motorbike", "on_foot", "boat")


@cache
def default_profiles() -> Mapping[str, Profile]:
    """Return the profiles of the demo's fleet by name: heavy_truck, light_truck, 4wd, motorbike, boat.

    Road profiles take roads and ferries; boats take boat links only. Speeds are by road class alone, as the embedded network
    knows neither surfaces nor weight limits; `standard_profiles` has those. Source: tables ``profiles`` and ``speeds``
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


def standard_profiles(*, season: Season = "dry", light: Light = "day") -> dict[str, Profile]:
    """Return all seven profiles, with surfaces, slope zones, weights and axles: those of the demo, truck_trailer and on_foot.

    Parameters
    ----------
    season : {"dry", "wet"}, optional
    light : {"day", "night"}, optional
        Both as for `profile_under`.

    Returns
    -------
    dict of str to Profile
        Each labelled ``confidence="assumed"``; change one with ``dataclasses.replace``, or all in a table with `profiles_to_frame`.

    Examples
    --------
    >>> profiles = standard_profiles()
    >>> profiles["heavy_truck"].weight_kg, profiles["heavy_truck"].surface_factor["earth"], profiles["heavy_truck"].confidence
    (20000.0, 0.4, 'assumed')
    """
    return {name: profile_under(profile, season=season, light=light) for name, profile in _standard().items()}


def profile_under(profile: Profile, *, season: Season = "dry", light: Light = "day", like: str | None = None) -> Profile:
    """Return a dry-season, daylight profile as it drives in the wet season or by night.

    Parameters
    ----------
    profile : Profile
    season : {"dry", "wet"}, optional
        Wet slows by surface, earth most.
    light : {"day", "night"}, optional
        Night slows all speeds.
    like : str, optional
        Standard profile whose assumed factors count; None means the one of the same name.

    Raises
    ------
    InputError
        For another season or light, or a name that is not of a standard profile.

    Examples
    --------
    >>> day = standard_profiles()["light_truck"]
    >>> wet = profile_under(day, season="wet", light="night")
    >>> round(wet.edge_kph(road_class="local", surface="earth") / day.edge_kph(road_class="local", surface="earth"), 2)
    0.32
    """
    kind = profile.id if like is None else like
    _check(kind, season=season, light=light)
    if season == "wet":
        dry, wet = profile.surface_factor, _slower(kind, "wet_factor")
        profile = replace(profile, surface_factor={name: dry.get(name, 1.0) * wet.get(name, 1.0) for name in {**dry, **wet}})
    if light == "night":
        slower = _slower(kind, "night_factor")["any"]
        profile = replace(profile, speed_kph={name: speed * slower for name, speed in profile.speed_kph.items()})
    return profile


def network_under(network: RoadNetwork, *, season: Season = "dry", light: Light = "day") -> RoadNetwork:
    """Return a dry-season, daylight network as it is in the wet season or by night: slower profiles, seasonal roads closed.

    Raises
    ------
    InputError
        As `profile_under`; the network's profiles must bear standard names.
    """
    profiles = {name: profile_under(profile, season=season, light=light) for name, profile in network.profiles.items()}
    table = network.table
    if season == "wet" and network.details is not None:
        slow_factor = np.where(network.details.seasonal == _IS_SEASONAL, np.inf, table.slow_factor)
        table = replace(table, slow_factor=slow_factor)
    return network.replace(table=table, profiles=profiles)


def _check(kind: str, *, season: str, light: str) -> None:
    log = IssueLog()
    for name, given, choices in (("season", season, ("dry", "wet")), ("light", light, ("day", "night")), ("profile", kind, _standard())):
        if given not in choices:
            fix = f"use one of {', '.join(choices)}" + (", or say by `like=` which is nearest" if name == "profile" else "")
            log.add(f"{name} '{given}'", "is not known", fix)
    log.raise_if_any()


@cache
def _standard() -> Mapping[str, Profile]:
    """Return the seven profiles by day in the dry season, heaviest first."""
    figures: dict[str, dict[str, Any]] = defaultdict(lambda: {"source": "ntb_relief: assumed", "confidence": "assumed"})
    for row in read_table("profile_figures"):
        profile, of, name = row["profile"], row["of"], row["name"]
        if of in {"speed_kph", "surface_factor", "slope_factor"}:
            figures[profile].setdefault(of, {})[name] = float(row["value"])
        elif of in {"weight_kg", "axle_kg"}:
            figures[profile][of] = float(row["value"])
        elif of == "kinds":
            figures[profile][of] = tuple(row["value"].split())
        elif of == "min_access":
            figures[profile][of] = int(row["value"])
        elif of == "obeys_one_way":
            figures[profile][of] = row["value"] == "yes"
    demo = default_profiles()
    return {name: replace(demo[name], **figures[name]) if name in demo else Profile(id=name, **figures[name]) for name in _ORDER}


@cache
def _slower(profile: str, of: str) -> Mapping[str, float]:
    """Return the factors ``wet_factor`` or ``night_factor`` of a standard profile; of an unknown surface under the empty name."""
    rows = [row for row in read_table("profile_figures") if (row["profile"], row["of"]) == (profile, of)]
    return {"" if row["name"] == "unknown" else row["name"]: float(row["value"]) for row in rows}
