"""Reads VRPLIB files with the fields of PyVRP's dialect, independent of the package's own reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ..families import Form, find_family
from .instance import FleetType, RoutingInstance
from .sections import split_sections

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from .sections import Sections

# Everything this reader understands; a section it does not know may change the problem, so it is refused.
_KNOWN: Final = frozenset(
    (
        *("NODE_COORD", "EDGE_WEIGHT", "DEPOT", "DEMAND", "LINEHAUL", "BACKHAUL", "PRIZE", "MUTUALLY_EXCLUSIVE_GROUP"),
        *("SERVICE_TIME", "TIME_WINDOW", "RELEASE_TIME", "CAPACITY", "VEHICLES_DEPOT", "VEHICLES_ALLOWED_CLIENTS"),
        *("VEHICLES_FIXED_COST", "VEHICLES_UNIT_DISTANCE_COST", "VEHICLES_MAX_DISTANCE", "VEHICLES_MAX_DURATION"),
        *("VEHICLES_RELOAD_DEPOT", "VEHICLES_MAX_RELOADS"),
    )
)
_MATRIX_FORMATS: Final = ("FULL_MATRIX", "LOWER_ROW", "UPPER_ROW", "LOWER_DIAG_ROW")


def read_vrplib(path: Path, text: str, *, family: str | None = None) -> RoutingInstance:
    """Return the instance written in `text`.

    Raises
    ------
    InstanceError
        Where the text is not VRPLIB or holds what this reader does not know.
    """
    raw = split_sections(path, text)
    unknown = sorted(set(raw.rows) - _KNOWN)
    if unknown:
        raw.refuse(f"section {unknown[0]}_SECTION is not understood, and leaving it out would change the problem")
    size = raw.number("DIMENSION")
    if size is None:
        raw.refuse("the DIMENSION is missing")
    kind = raw.header.get("TYPE", "")
    count = int(size)
    num_depots = _num_depots(raw)
    demands = _clients_table(raw, "LINEHAUL" if "LINEHAUL" in raw.rows else "DEMAND", count)
    pickups = _clients_table(raw, "BACKHAUL", count)
    return RoutingInstance(
        path=path,
        family=find_family(path, form=Form.VRPLIB, kind=kind, name=family),
        num_depots=num_depots,
        coords=_coords(raw, count),
        matrix=_matrix(raw, count),
        demands=demands.astype(np.int64),
        pickups=np.broadcast_to(pickups, demands.shape).astype(np.int64),
        windows=_windows(raw, count),
        service=_service(raw, count, num_depots),
        releases=_clients_table(raw, "RELEASE_TIME", count)[:, 0],
        prizes=_clients_table(raw, "PRIZE", count)[:, 0] if "PRIZE" in raw.rows else None,
        groups=_groups(raw),
        fleet=_fleet(raw, num_depots),
        has_linehaul_first=kind.upper() == "VRPB",
    )


def _num_depots(raw: Sections) -> int:
    """Depots are the first locations; Cordeau's site-dependent files have no section and one depot."""
    depots = [int(row[0]) for row in raw.rows.get("DEPOT", [["1"]]) if row[0] != "-1"]
    if depots != list(range(1, len(depots) + 1)) or not depots:
        raw.refuse(f"the depots {depots} are not the first locations")
    return len(depots)


def _clients_table(raw: Sections, name: str, count: int) -> NDArray[np.float64]:
    table = raw.table(name)
    if table is None:
        return np.zeros((count, 1))
    if len(table) != count:
        raw.refuse(f"{name}_SECTION has {len(table)} rows for {count} locations")
    return table


def _coords(raw: Sections, count: int) -> NDArray[np.float64] | None:
    if "NODE_COORD" not in raw.rows or "EDGE_WEIGHT" in raw.rows:
        return None
    if raw.header.get("EDGE_WEIGHT_TYPE", "EUC_2D") != "EUC_2D":
        raw.refuse(f"EDGE_WEIGHT_TYPE {raw.header['EDGE_WEIGHT_TYPE']} is not EUC_2D")
    return _clients_table(raw, "NODE_COORD", count)


def _matrix(raw: Sections, count: int) -> NDArray[np.int64] | None:
    if "EDGE_WEIGHT" not in raw.rows:
        if "NODE_COORD" not in raw.rows:
            raw.refuse("there are neither coordinates nor distances")
        return None
    form = raw.header.get("EDGE_WEIGHT_FORMAT", "")
    if form not in _MATRIX_FORMATS:
        raw.refuse(f"EDGE_WEIGHT_FORMAT '{form}' is not one of {', '.join(_MATRIX_FORMATS)}")
    weights = np.array([word for row in raw.rows["EDGE_WEIGHT"] for word in row], dtype=np.float64).round().astype(np.int64)
    if form == "FULL_MATRIX":
        cells = np.indices((count, count)).reshape(2, -1)
    else:
        cells = np.array(
            {"LOWER_ROW": np.tril_indices(count, -1), "UPPER_ROW": np.triu_indices(count, 1)}.get(form, np.tril_indices(count))
        )
    if len(weights) != cells.shape[1]:
        raw.refuse(f"EDGE_WEIGHT_SECTION has {len(weights)} numbers, {form} needs {cells.shape[1]}")
    matrix = np.zeros((count, count), dtype=np.int64)
    matrix[cells[0], cells[1]] = weights
    if form != "FULL_MATRIX":
        matrix[cells[1], cells[0]] = weights
    return matrix


def _windows(raw: Sections, count: int) -> NDArray[np.float64]:
    if "TIME_WINDOW" in raw.rows:
        return _clients_table(raw, "TIME_WINDOW", count)
    return np.tile([0.0, np.inf], (count, 1))


def _service(raw: Sections, count: int, num_depots: int) -> NDArray[np.float64]:
    if "SERVICE_TIME" in raw.rows:
        return _clients_table(raw, "SERVICE_TIME", count)[:, 0]
    service = np.full(count, raw.number("SERVICE_TIME") or 0.0)
    service[:num_depots] = 0
    return service


def _groups(raw: Sections) -> tuple[tuple[int, ...], ...]:
    lists = raw.lists("MUTUALLY_EXCLUSIVE_GROUP") or []
    return tuple(tuple(number - 1 for number in row) for row in lists)


def _fleet(raw: Sections, num_depots: int) -> tuple[FleetType, ...]:
    """Return the vehicles, equal ones grouped; a file of 5,000 rows often has five types."""
    limit = raw.number("VEHICLES")
    durations = raw.number("DISTANCE")  # classic CVRP files call the longest duration so
    common = FleetType(
        count=None if limit is None else int(limit),
        numbers=() if limit is None else tuple(range(int(limit))),
        capacity=(int(raw.number("CAPACITY") or 0),),
        max_duration=raw.number("VEHICLES_MAX_DURATION") if durations is None else durations,
        max_distance=raw.number("VEHICLES_MAX_DISTANCE"),
    )
    per_vehicle = [name for name in raw.rows if name.startswith("VEHICLES_") or name == "CAPACITY"]
    if not per_vehicle:
        if "CAPACITY" not in raw.header:
            raw.refuse("the CAPACITY is missing")
        return (common,)
    if limit is None:
        raw.refuse(f"{per_vehicle[0]}_SECTION is given without VEHICLES")
    alike: dict[FleetType, list[int]] = {}
    for number, kind in enumerate(_vehicles(raw, common, int(limit), num_depots)):
        alike.setdefault(kind, []).append(number)
    return tuple(replace(kind, count=len(numbers), numbers=tuple(numbers)) for kind, numbers in alike.items())


def _vehicles(raw: Sections, common: FleetType, limit: int, num_depots: int) -> list[FleetType]:
    """Return one record a vehicle, without number or count, so that equal ones compare equal."""
    plain = {
        name: raw.table(name) for name in raw.rows if name.startswith("VEHICLES_") and "CLIENTS" not in name and "RELOAD_D" not in name
    }
    capacity, allowed, reloads = raw.table("CAPACITY"), raw.lists("VEHICLES_ALLOWED_CLIENTS"), raw.lists("VEHICLES_RELOAD_DEPOT")
    if any(rows is not None and len(rows) != limit for rows in (*plain.values(), capacity, allowed, reloads)):
        raw.refuse(f"a section about vehicles does not have one row for each of the {limit} vehicles")

    def value(name: str, vehicle: int, default: float | None) -> float | None:
        table = plain.get(name)
        return default if table is None else float(table[vehicle, 0])

    vehicles = []
    for vehicle in range(limit):
        most = value("VEHICLES_MAX_RELOADS", vehicle, None)
        vehicles.append(
            FleetType(
                count=None,
                numbers=(),
                capacity=common.capacity if capacity is None else tuple(int(x) for x in capacity[vehicle]),
                depot=int(value("VEHICLES_DEPOT", vehicle, 1) or 1) - 1,
                fixed_cost=value("VEHICLES_FIXED_COST", vehicle, 0) or 0,
                unit_distance_cost=float(value("VEHICLES_UNIT_DISTANCE_COST", vehicle, 1) or 0),
                max_duration=value("VEHICLES_MAX_DURATION", vehicle, common.max_duration),
                max_distance=value("VEHICLES_MAX_DISTANCE", vehicle, common.max_distance),
                allowed=None if allowed is None else frozenset(x - 1 for x in allowed[vehicle] if x > num_depots),
                reload_depots=() if reloads is None else tuple(x - 1 for x in reloads[vehicle]),
                max_reloads=None if most is None else int(most),
            )
        )
    return vehicles
