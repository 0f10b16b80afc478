"""VRPLIB's text form with the fields of PyVRP's dialect: from lines to columns."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NoReturn

import numpy as np

from ...errors import Issue, SchemaError
from .table import RoutingTable, VehicleTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_LOCATIONS: Final = 200_000
"""Above some thousand their lengths are worked out where they are asked for; far beyond this, files are not meant."""
MAX_VEHICLES: Final = 100_000

_READ: Final = frozenset(
    (
        *("NODE_COORD", "EDGE_WEIGHT", "DEPOT", "DEMAND", "LINEHAUL", "BACKHAUL", "SERVICE_TIME", "TIME_WINDOW", "PRIZE"),
        *("RELEASE_TIME", "MUTUALLY_EXCLUSIVE_GROUP"),
        *("CAPACITY", "VEHICLES_DEPOT", "VEHICLES_ALLOWED_CLIENTS", "VEHICLES_FIXED_COST", "VEHICLES_UNIT_DISTANCE_COST"),
        *("VEHICLES_MAX_DISTANCE", "VEHICLES_MAX_DURATION", "VEHICLES_RELOAD_DEPOT", "VEHICLES_MAX_RELOADS"),
    )
)
_NOT_YET: Final = {
    "PICKUP_AND_DELIVERY": "pickups with their deliveries",
}


def parse_vrplib(text: str, *, name: str) -> RoutingTable:
    """Return the columns of a VRPLIB text.

    Raises
    ------
    SchemaError
        Naming the field or section that is missing, misshapen or not supported.
    """
    file = _File(name, text)
    size = file.whole("DIMENSION")
    if size is None or not 1 <= size <= MAX_LOCATIONS:
        file.refuse("field DIMENSION", f"is {size}", f"give a number from 1 to {MAX_LOCATIONS}")
    num_depots = file.num_depots()
    demand = file.columns("LINEHAUL" if "LINEHAUL" in file.sections else "DEMAND", size)
    pickup = file.columns("BACKHAUL", size)
    release = file.column("RELEASE_TIME", size)
    xy, lengths = file.places(size)
    windows = file.columns("TIME_WINDOW", size)
    service = file.column("SERVICE_TIME", size)
    if service is None:
        service = np.full(size, file.number("SERVICE_TIME") or 0.0)
        service[:num_depots] = 0
    return RoutingTable(
        name=name,
        kind=file.fields.get("TYPE", "").upper(),
        num_depots=num_depots,
        xy=xy,
        lengths=lengths,
        demand=np.zeros((size, 1), np.int64) if demand is None else demand.astype(np.int64),
        pickup=None if pickup is None else pickup.astype(np.int64),
        release=np.zeros(size) if release is None else release,
        groups=file.groups(size),
        windows=np.tile([0.0, np.inf], (size, 1)) if windows is None else windows,
        service=service,
        prize=file.column("PRIZE", size),
        vehicles=_vehicles(file),
    )


class _File:
    """Fields and sections of a text, each section as its lines."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.fields: dict[str, str] = {}
        self.sections: defaultdict[str, list[str]] = defaultdict(list)
        self._split(text)
        for section in self.sections:
            if section in _NOT_YET:
                self.refuse(f"section {section}", f"asks for {_NOT_YET[section]}", "leave it out: this version does not plan them")
            if section not in _READ:
                self.refuse(f"section {section}", "is not known, and leaving it out may change the problem", "remove it")

    def _split(self, text: str) -> None:
        current = ""
        for number, raw in enumerate(text.splitlines(), start=1):
            line = raw.strip()
            if line == "EOF":
                break
            if line.rstrip(" :").endswith("_SECTION"):
                current = line.rstrip(" :").removesuffix("_SECTION")
                self.sections[current] = []
            elif line and line[0].isalpha():
                key, colon, value = line.partition(":")
                if not colon:
                    self.refuse(f"line {number}", f"'{line[:40]}' is neither field, section nor numbers", "mend it")
                self.fields[key.strip()] = value.strip().strip('"')
            elif line:
                self.sections[current].append(line)
        if stray := self.sections.pop("", None):
            self.refuse("head", f"has the numbers '{stray[0][:40]}' outside any section", "put them under a section")

    def refuse(self, where: str, what: str, fix: str) -> NoReturn:
        """Raise a `SchemaError`."""
        raise SchemaError([Issue(f"file '{self.name}' {where}", what, fix)])

    def number(self, field: str) -> float | None:
        """Return a field as a number."""
        text = self.fields.get(field)
        try:
            return None if text is None else float(text)
        except ValueError:
            self.refuse(f"field {field}", f"is '{text}'", "give a number")

    def whole(self, field: str) -> int | None:
        """Return a field as a whole number."""
        value = self.number(field)
        if value is None:
            return None
        if not value.is_integer():
            self.refuse(f"field {field}", f"is {value:g}", "give a whole number")
        return int(value)

    def words(self, section: str) -> NDArray[np.float64]:
        """Return all numbers of a section in one row."""
        try:
            words = np.array(" ".join(self.sections[section]).split(), np.float64)
        except ValueError as error:
            self.refuse(f"section {section}", str(error), "give numbers")
        if not np.isfinite(words).all():
            self.refuse(f"section {section}", "holds nan or infinity", "give finite numbers")
        return words

    def columns(self, section: str, rows: int) -> NDArray[np.float64] | None:
        """Return a section of `rows` lines numbered from 1, without the numbers; None where it is absent."""
        if section not in self.sections:
            return None
        words = self.words(section)
        if len(self.sections[section]) != rows or len(words) % rows or len(words) < 2 * rows:
            self.refuse(f"section {section}", f"has {len(self.sections[section])} lines of unlike length", f"give {rows} like lines")
        table = words.reshape(rows, -1)
        if not np.array_equal(table[:, 0], np.arange(1, rows + 1)):
            self.refuse(f"section {section}", "is not numbered 1, 2, 3 ... in order", "number and sort the lines")
        if section != "NODE_COORD" and table.min() < 0:
            self.refuse(f"section {section}", f"holds {table.min():g}", "give values >= 0")
        return table[:, 1:]

    def column(self, section: str, rows: int) -> NDArray[np.float64] | None:
        """Return the first column of a section."""
        table = self.columns(section, rows)
        return None if table is None else table[:, 0]

    def sets(self, section: str, rows: int) -> tuple[frozenset[int], ...] | None:
        """Return a section of lines of unlike length as sets of locations from 0."""
        if section not in self.sections:
            return None
        self.words(section)
        lines = [[int(float(word)) for word in line.split()] for line in self.sections[section]]
        if [line[0] for line in lines] != list(range(1, rows + 1)):
            self.refuse(f"section {section}", f"does not have {rows} lines numbered in order", "give one line a vehicle")
        return tuple(frozenset(number - 1 for number in line[1:]) for line in lines)

    def groups(self, size: int) -> tuple[tuple[int, ...], ...]:
        """Return the groups of which one client is served, as locations from 0."""
        if "MUTUALLY_EXCLUSIVE_GROUP" not in self.sections:
            return ()
        self.words("MUTUALLY_EXCLUSIVE_GROUP")
        lines = [[int(float(word)) for word in line.split()][1:] for line in self.sections["MUTUALLY_EXCLUSIVE_GROUP"]]
        numbers = [number for line in lines for number in line]
        if len(set(numbers)) < len(numbers) or any(not 1 <= number <= size for number in numbers):
            self.refuse("section MUTUALLY_EXCLUSIVE_GROUP", "names a client twice or one that is not there", f"use 1 to {size}, each once")
        return tuple(tuple(number - 1 for number in line) for line in lines)

    def num_depots(self) -> int:
        """Return how many locations are depots; they are the first."""
        if "DEPOT" not in self.sections:
            return 1
        numbers = [int(value) for value in self.words("DEPOT") if value != -1]
        if not numbers or numbers != list(range(1, len(numbers) + 1)):
            self.refuse("section DEPOT", f"lists {numbers}", "list the first locations: 1, 2 ...")
        return len(numbers)

    def places(self, size: int) -> tuple[NDArray[np.float64] | None, NDArray[np.int64] | None]:
        """Return coordinates or explicit lengths."""
        if "EDGE_WEIGHT" in self.sections:
            return None, self._lengths(size)
        kind = self.fields.get("EDGE_WEIGHT_TYPE", "EUC_2D")
        xy = self.columns("NODE_COORD", size)
        if xy is None or xy.shape[1] != 2 or kind != "EUC_2D":  # noqa: PLR2004 - x and y
            self.refuse("places", f"are given as {kind}", "give EUC_2D coordinates or an EDGE_WEIGHT section")
        return xy, None

    def _lengths(self, size: int) -> NDArray[np.int64]:
        form = self.fields.get("EDGE_WEIGHT_FORMAT", "")
        half = size * (size - 1) // 2
        expected = {"FULL_MATRIX": size * size, "LOWER_ROW": half, "UPPER_ROW": half, "LOWER_DIAG_ROW": half + size}.get(form)
        words = self.words("EDGE_WEIGHT").astype(np.int64)
        if len(words) != expected or words.min(initial=0) < 0:
            self.refuse("section EDGE_WEIGHT", f"has {len(words)} numbers for {size} locations as '{form}'", "give all lengths, >= 0")
        if form == "FULL_MATRIX":
            return words.reshape(size, size)
        rows, columns = np.triu_indices(size, 1) if form == "UPPER_ROW" else np.tril_indices(size, 0 if "DIAG" in form else -1)
        table = np.zeros((size, size), np.int64)
        table[rows, columns] = table[columns, rows] = words
        return table


def _vehicles(file: _File) -> VehicleTable:
    """Return one row a vehicle where any section tells vehicles apart, else one row for all."""
    count = file.whole("VEHICLES")
    is_told = any(section == "CAPACITY" or section.startswith("VEHICLES_") for section in file.sections)
    if is_told and (count is None or not 1 <= count <= MAX_VEHICLES):
        file.refuse("field VEHICLES", f"is {count}", f"give the number of vehicles, at most {MAX_VEHICLES}")
    rows = count if is_told and count is not None else 1
    if "CAPACITY" not in file.fields and "CAPACITY" not in file.sections:
        file.refuse("field CAPACITY", "is missing", "give the load a vehicle takes")

    def values(name: str, default: float) -> NDArray[np.float64]:
        column = file.column(name, rows)
        value = file.number(name)
        return np.full(rows, default if value is None else value) if column is None else column

    capacity = file.columns("CAPACITY", rows)
    # Classic CVRP files call the longest duration of a route DISTANCE.
    longest = file.number("DISTANCE")
    return VehicleTable(
        count=count,
        capacity=np.full((rows, 1), file.whole("CAPACITY") or 0, np.int64) if capacity is None else capacity.astype(np.int64),
        depot=values("VEHICLES_DEPOT", 1).astype(np.int64) - 1,
        fixed_cost=values("VEHICLES_FIXED_COST", 0),
        unit_cost=values("VEHICLES_UNIT_DISTANCE_COST", 1),
        max_duration=values("VEHICLES_MAX_DURATION", np.inf if longest is None else longest),
        max_distance=values("VEHICLES_MAX_DISTANCE", np.inf),
        reloads=file.sets("VEHICLES_RELOAD_DEPOT", rows) or (frozenset(),) * rows,
        max_reloads=values("VEHICLES_MAX_RELOADS", np.inf),
        allowed=file.sets("VEHICLES_ALLOWED_CLIENTS", rows),
    )
