"""Synthetic disasters of NTB: who needs help, what stock is lost, which roads and crossings fail. Seeded, and labelled synthetic.

An earthquake displaces by distance from its epicentre, fitted to the counts of 11 August 2018; floods are scaled by Kota Bima 2016
and Mataram 2025. Roads fail more where slopes are steep, and together within a kecamatan (a Gaussian copula). All other figures
are assumptions of this module, meant to be varied: nothing here is a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..data import read_table
from ..errors import IssueLog
from .province import load_province
from .sphere import great_circle_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .network import RoadNetwork

    Floats = NDArray[np.float64]

HAZARDS: Final = ("earthquake", "flood", "drought", "combined")
_TITLES: Final = {"earthquake": "Gempa", "flood": "Banjir", "drought": "Kekeringan", "combined": "Gempa dan banjir"}
_FIT_DATE, _FIT_SHOCK, _FIT_MAGNITUDE = "2018-08-11", "us1000g3ub", 6.9
_LEAST_SHARE: Final = 0.01
"""Below this part of its people a desa needs no help from outside."""
_TOGETHER: Final = 0.5
"""Correlation of the failures of roads in one kecamatan."""
_LOST_ROADS: Final = {"earthquake": (0.03, 0.45), "flood": (0.08, 0.30)}
"""Chance that a link fails where the hazard is worst: on the flat, and what a kecamatan that is all steep adds."""
_LOST_CROSSINGS: Final = {"earthquake": 0.05, "flood": 0.2}
_FLOOD_SHARES: Final = (0.075, 0.65)
"""Part of the people affected at the centre: Mataram 2025 (33,290 of the city), Kota Bima 2016 (105,758 of the city)."""
_DROUGHT_DESA: Final = (123, 335)
_DROUGHT_SHARE: Final = 0.36
"""Desa without water in 2025 and 2023, and the part of their people counted in 2023 (577,025)."""


@dataclass(frozen=True, slots=True, eq=False)
class HazardScenario:
    """One synthetic disaster.

    Parameters
    ----------
    id, title : str
        The title says that it is synthetic.
    hazard : str
        One of `HAZARDS`.
    probability : float
        Those of one call add up to 1.
    people : mapping of str to int
        Persons in need by desa code; only those above 0.
    survival : float64 array, shape (N,)
        Part of a stock at each node of the network that is still good.
    closed : tuple of int
        Edges that fail, rows of the road table.
    lon, lat : float or None
        Epicentre, or centre of the flood.
    magnitude : float or None
    confidence : str
        ``"synthetic"``.
    """

    id: str
    title: str
    hazard: str
    probability: float
    people: dict[str, int] = field(repr=False)
    survival: Floats = field(repr=False)
    closed: tuple[int, ...] = field(repr=False)
    lon: float | None = None
    lat: float | None = None
    magnitude: float | None = None
    confidence: str = "synthetic"

    @property
    def num_people(self) -> int:
        """Persons in need."""
        return sum(self.people.values())


def hazard_scenarios(network: RoadNetwork, *, hazard: str, count: int, rng: int = 0) -> tuple[HazardScenario, ...]:
    """Return equally likely synthetic disasters.

    Parameters
    ----------
    network : RoadNetwork
        The embedded one, or one whose nodes lie in NTB.
    hazard : str
        ``earthquake``, ``flood``, ``drought``, or ``combined``: an earthquake in a season of floods.
    count : int
    rng : int
        Seed: the same one gives the same disasters.

    Raises
    ------
    InputError
        For an unknown hazard, a count below 1 or a negative seed.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork
    >>> quakes = hazard_scenarios(RoadNetwork.from_ntb(), hazard="earthquake", count=3, rng=1)
    >>> [one.title for one in quakes][0], quakes[0].confidence
    ('Gempa 1 (sintetis)', 'synthetic')
    """
    log = IssueLog()
    if hazard not in HAZARDS:
        log.add("hazard", f"is '{hazard}'", f"use one of {', '.join(HAZARDS)}")
    if count < 1:
        log.add("count", f"is {count}", "give 1 or more")
    if rng < 0:
        log.add("rng", f"is {rng}", "give a seed of 0 or more")
    log.raise_if_any()
    ground, chance = _Ground(network), np.random.default_rng(rng)
    return tuple(_scenario(ground, chance, hazard, number, count) for number in range(1, count + 1))


class _Ground:
    """What does not change between scenarios: desa, and the kecamatan and steepness of each node."""

    def __init__(self, network: RoadNetwork) -> None:
        counted = _counted_desa()
        self.codes, self.lon, self.lat, self.people = counted
        province = load_province()
        self.kecamatan = np.array([list(province.kecamatan).index(code.rpartition(".")[0]) for code in self.codes])
        self.num_kecamatan = len(province.kecamatan)
        self.kabupaten = np.unique([code[:5] for code in self.codes], return_inverse=True)[1]
        steep = {row["code"]: float(row["share_moderate"]) / 2 + float(row["share_high"]) for row in read_table("slopes")}
        self.steep = np.array([steep[code] for code in province.kecamatan])
        table = network.table
        self.node_lon, self.node_lat = table.node_lon, table.node_lat
        spread = np.cos(np.radians(self.lat.mean()))
        apart = (self.node_lat[:, None] - self.lat) ** 2 + ((self.node_lon[:, None] - self.lon) * spread) ** 2
        self.node_kecamatan = self.kecamatan[apart.argmin(axis=1)]
        self.edge_from = table.edge_from
        self.kind = np.array(table.kind)


@cache
def _counted_desa() -> tuple[tuple[str, ...], Floats, Floats, Floats]:
    desa = [one for one in load_province().desa.values() if one.population and one.node_id and one.lon is not None]
    lon, lat, people = (np.array([getattr(one, name) for one in desa], np.float64) for name in ("lon", "lat", "population"))
    return tuple(one.code for one in desa), lon, lat, people


@cache
def quake_fit() -> tuple[float, float, float]:
    """Return how the displaced share falls off around a shock of magnitude 6.9: ``1 / (1 + exp(slope km - level))``.

    Returns
    -------
    level, slope : float
        Least squares of the logarithms of the four counts of 11 August 2018 by kabupaten, on a grid.
    scatter : float
        Standard deviation of the logarithm that the fit leaves: about a factor 2, which scenarios draw again.
    """
    codes, lon, lat, people = _counted_desa()
    shock = next(row for row in read_table("earthquakes") if row["usgs_id"] == _FIT_SHOCK)
    km = great_circle_m(lon=float(shock["lon"]), lat=float(shock["lat"]), to_lon=lon, to_lat=lat) / 1000
    counts = {
        row["code"]: float(row["value"])
        for row in read_table("events_impact")
        if (row["event_id"], row["as_of"], row["metric"], row["level"]) == ("LBK2018", _FIT_DATE, "displaced", "kabupaten")
    }
    members = [np.array([code.startswith(f"{area}.") for code in codes]) for area in counts]
    best = (np.inf, 0.0, 0.0)
    for level in np.arange(-1.0, 6.0, 0.1):
        for slope in np.arange(0.02, 0.3, 0.01):
            each = people * _share(km, level, slope)
            misses = [np.log(each[member].sum() / count) for member, count in zip(members, counts.values(), strict=True)]
            best = min(best, (float(np.square(misses).mean()), float(level), float(slope)))
    return best[1], best[2], float(np.sqrt(best[0]))


def _share(km: Floats, level: float, slope: float) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(np.minimum(slope * km - level, 500.0))), np.float64)


@dataclass(slots=True)
class _Blow:
    """What one hazard does: people by desa (share), stock by node (share lost), chance of failure by node (0 to 1), its centre."""

    share: Floats
    lost: Floats
    worst: Floats
    at: dict[str, Any]


def _scenario(ground: _Ground, chance: np.random.Generator, hazard: str, number: int, count: int) -> HazardScenario:
    blows = {
        "earthquake": [("earthquake", _quake)],
        "flood": [("flood", _flood)],
        "drought": [("drought", _drought)],
        "combined": [("earthquake", _quake), ("flood", _flood)],
    }[hazard]
    spared, survival = np.ones(len(ground.people)), np.ones(len(ground.node_lon))
    closed = np.zeros(len(ground.kind), np.bool_)
    at: dict[str, Any] = {}
    for name, strike in blows:
        blow = strike(ground, chance)
        spared *= 1.0 - blow.share
        survival *= 1.0 - blow.lost
        if name in _LOST_ROADS:
            closed |= _failures(ground, chance, name, blow.worst)
        at = at or blow.at
    share = 1.0 - spared
    people = np.rint(ground.people * np.where(share >= _LEAST_SHARE, share, 0.0)).astype(np.int64)
    return HazardScenario(
        id=f"{hazard}-{number:03}",
        title=f"{_TITLES[hazard]} {number} (sintetis)",
        hazard=hazard,
        probability=1.0 / count,
        people={ground.codes[row]: int(people[row]) for row in np.flatnonzero(people)},
        survival=survival,
        closed=tuple(np.flatnonzero(closed).tolist()),
        **at,
    )


def _quake(ground: _Ground, chance: np.random.Generator) -> _Blow:
    """Strike along the Flores thrust north of the islands (7 of 10) or below them; sizes by Gutenberg and Richter with b = 1."""
    level, slope, scatter = quake_fit()
    is_thrust = chance.random() < 0.7  # noqa: PLR2004 - assumed
    lon = float(chance.uniform(115.9, 119.0))
    lat = float(chance.normal(-8.25, 0.08)) if is_thrust else float(chance.uniform(-8.95, -8.3))
    magnitude = 5.8 - np.log10(1.0 - chance.random() * (1.0 - 10.0 ** (5.8 - 7.0)))
    reach = 10.0 ** (0.5 * (_FIT_MAGNITUDE - magnitude))  # ruptures grow by a factor 10 every two magnitudes
    km = great_circle_m(lon=lon, lat=lat, to_lon=ground.lon, to_lat=ground.lat) / 1000 * reach
    luck = np.exp(chance.normal(0.0, scatter, ground.kabupaten.max() + 1))[ground.kabupaten]
    share = np.minimum(0.95, _share(km, level, slope) * luck)
    node_km = great_circle_m(lon=lon, lat=lat, to_lon=ground.node_lon, to_lat=ground.node_lat) / 1000 * reach
    worst = _share(node_km, level, slope)
    is_hit = chance.random(len(worst)) < worst
    lost = np.where(is_hit, chance.uniform(0.2, 1.0, len(worst)), 0.0)
    return _Blow(share, lost, worst, {"lon": lon, "lat": lat, "magnitude": round(float(magnitude), 2)})


def _flood(ground: _Ground, chance: np.random.Generator) -> _Blow:
    """Flood around a desa drawn by people and flatness; depth and width vary."""
    flat = 1.0 - ground.steep
    weight = ground.people * flat[ground.kecamatan]
    centre = int(chance.choice(len(weight), p=weight / weight.sum()))
    lon, lat = float(ground.lon[centre]), float(ground.lat[centre])
    low, high = _FLOOD_SHARES
    top = low * (high / low) ** chance.random()
    width_km = chance.uniform(6.0, 20.0)

    def falls(to_lon: Floats, to_lat: Floats) -> Floats:
        km = great_circle_m(lon=lon, lat=lat, to_lon=to_lon, to_lat=to_lat) / 1000
        return np.asarray(np.exp(-((km / width_km) ** 2)), np.float64)

    share = top * falls(ground.lon, ground.lat) * flat[ground.kecamatan]
    worst = falls(ground.node_lon, ground.node_lat) * top / high
    is_hit = chance.random(len(worst)) < worst * flat[ground.node_kecamatan] * top
    return _Blow(share, np.where(is_hit, chance.uniform(0.1, 0.8, len(worst)), 0.0), worst, {"lon": lon, "lat": lat})


def _drought(ground: _Ground, chance: np.random.Generator) -> _Blow:
    """Dry out whole neighbourhoods of kecamatan; roads and stock stay good."""
    wanted = int(chance.integers(_DROUGHT_DESA[0], _DROUGHT_DESA[1] + 1))
    dryness = chance.normal(size=ground.num_kecamatan)[ground.kecamatan] + chance.normal(scale=0.5, size=len(ground.people))
    share = np.zeros(len(ground.people))
    share[np.argsort(-dryness, kind="stable")[:wanted]] = _DROUGHT_SHARE
    still = np.zeros(len(ground.node_lon))
    return _Blow(share, still, still, {})


def _failures(ground: _Ground, chance: np.random.Generator, hazard: str, worst: Floats) -> NDArray[np.bool_]:
    """Return which edges fail: more where it is worst and steep, together within a kecamatan."""
    from scipy.special import ndtri

    flat, steep = _LOST_ROADS[hazard]
    node = ground.edge_from
    risk = worst[node] * (flat + steep * ground.steep[ground.node_kecamatan[node]])
    shared = chance.normal(size=ground.num_kecamatan)[ground.node_kecamatan[node]]
    strain = np.sqrt(_TOGETHER) * shared + np.sqrt(1.0 - _TOGETHER) * chance.normal(size=len(node))
    fails = (ground.kind == "road") & (strain < ndtri(np.clip(risk, 1e-12, 1 - 1e-12)))
    is_water = np.isin(ground.kind, ["ferry", "boat", "sea"])
    return np.asarray(fails | (is_water & (chance.random(len(node)) < _LOST_CROSSINGS[hazard])), np.bool_)
