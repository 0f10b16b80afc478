"""Reads ways and turn restrictions from an OpenStreetMap file, which may be anything: every fault is one clear error."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import Issue, MissingExtraError, SchemaError
from .osm_tags import TagReader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .osm_tags import WayFacts

    Ints = NDArray[np.int64]

_HEAD_BYTES: Final = 64
_PER_DEGREE: Final = 10_000_000
_RESTRICTIONS: Final = ("no_", "only_")
_MOTORS: Final = frozenset({"motor_vehicle", "motorcar", "hgv", "goods"})
"""Vehicles that a sign may except; we have no sign for some of them alone, so it then binds none."""


@dataclass(frozen=True, slots=True)
class RawTurn:
    """A turn restriction in the file's own ids."""

    from_way: int
    via_node: int
    to_way: int
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class RawWays:
    """Ways as runs of nodes; a way whose nodes the extract lacks in the middle is two runs.

    Parameters
    ----------
    start : int64 array, shape (W + 1,)
        Rows of the nodes of each way.
    node_ref : int64 array, shape (R,)
    lonlat : float64 array, shape (R, 2)
        Degrees.
    way_id : int64 array, shape (W,)
    facts : int64 array, shape (W,)
        Rows of `told`.
    told : tuple of WayFacts
    ferry_s : float64 array, shape (W,)
        Sailing time; NaN where not told.
    turns : tuple of RawTurn
    """

    start: Ints
    node_ref: Ints
    lonlat: NDArray[np.float64]
    way_id: Ints
    facts: Ints
    told: tuple[WayFacts, ...]
    ferry_s: NDArray[np.float64]
    turns: tuple[RawTurn, ...]

    def take(self, ways: Ints) -> RawWays:
        """Return some of the ways, in the order given."""
        size = np.diff(self.start)[ways]
        start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        rows = np.arange(start[-1]) + np.repeat(self.start[ways] - start[:-1], size)
        nodes = self.node_ref[rows], self.lonlat[rows]
        return RawWays(start, *nodes, self.way_id[ways], self.facts[ways], self.told, self.ferry_s[ways], self.turns)


@dataclass(slots=True)
class _Collector:
    start: array[int] = field(default_factory=lambda: array("q", [0]))
    ref: array[int] = field(default_factory=lambda: array("q"))
    x: array[int] = field(default_factory=lambda: array("q"))
    y: array[int] = field(default_factory=lambda: array("q"))
    way_id: array[int] = field(default_factory=lambda: array("q"))
    facts: array[int] = field(default_factory=lambda: array("q"))
    ferry_s: array[float] = field(default_factory=lambda: array("d"))
    told: dict[WayFacts, int] = field(default_factory=dict)
    turns: list[RawTurn] = field(default_factory=list)
    tags: TagReader = field(default_factory=TagReader)

    def add_way(self, way: Any) -> None:  # noqa: ANN401 - osmium's view of the file's buffer
        found = self.tags.read(dict(way.tags))
        if found is None:
            return
        facts, is_turned, ferry_s = found
        code = self.told.setdefault(facts, len(self.told))
        nodes = [(node.ref, node.x, node.y, node.location.valid()) for node in way.nodes]
        run: list[tuple[int, int, int, bool]] = []
        for node in (*(reversed(nodes) if is_turned else nodes), (0, 0, 0, False)):
            if node[3]:
                if not run or run[-1][0] != node[0]:
                    run.append(node)
                continue
            if len(run) > 1:
                refs, xs, ys, _ = zip(*run, strict=True)
                self.ref.extend(refs)
                self.x.extend(xs)
                self.y.extend(ys)
                self.start.append(len(self.ref))
                self.way_id.append(way.id)
                self.facts.append(code)
                self.ferry_s.append(ferry_s if len(run) == len(nodes) else math.nan)  # a cut line sails for less
            run = []

    def add_turn(self, relation: Any) -> None:  # noqa: ANN401
        kind = relation.tags.get("restriction", "")
        excepted = {name.strip() for name in relation.tags.get("except", "").split(";")}
        if not kind.startswith(_RESTRICTIONS) or excepted & _MOTORS:
            return
        roles: dict[str, list[int]] = {"from w": [], "via n": [], "to w": []}
        for member in relation.members:
            roles.get(f"{member.role} {member.type}", []).append(member.ref)
        # no_entry has several ways that lead in, no_exit several that lead out; a way in between cannot be kept.
        for via in roles["via n"]:
            self.turns += [RawTurn(first, via, second, kind) for first in roles["from w"] for second in roles["to w"]]

    def ways(self) -> RawWays:
        lonlat = np.stack([np.array(column, dtype=np.int64) for column in (self.x, self.y)], axis=1) / _PER_DEGREE
        whole = (np.array(column, dtype=np.int64) for column in (self.start, self.ref, self.way_id, self.facts))
        start, ref, way_id, facts = whole
        return RawWays(start, ref, lonlat, way_id, facts, tuple(self.told), np.array(self.ferry_s), tuple(self.turns))


def read_ways(path: str | Path) -> RawWays:
    """Return all roads, tracks, paths and ferries of a file, with its turn restrictions over a node.

    Raises
    ------
    MissingExtraError
        Where osmium is not installed.
    SchemaError
        Where there is no such file, it is no ``.osm.pbf``, or it is damaged or cut off.
    """
    file = Path(path)
    check_pbf(file)
    try:
        import osmium
    except ImportError as error:
        message = "osmium is not installed: pip install 'ntb-relief[osm]'"
        raise MissingExtraError(message) from error
    found = _Collector()
    try:
        reader = osmium.FileProcessor(osmium.io.File(str(file), "pbf")).with_locations()
        reader = reader.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY | osmium.osm.RELATION))
        for thing in reader.with_filter(osmium.filter.KeyFilter("highway", "route", "restriction")):
            if isinstance(thing, osmium.osm.Way):
                found.add_way(thing)
            else:
                found.add_turn(thing)
    except (RuntimeError, ValueError, KeyError, OverflowError, OSError) as error:  # osmium's own, and texts that are no UTF-8
        raise SchemaError([_damaged(file, str(error))]) from error
    return found.ways()


def check_pbf(file: Path) -> None:
    """Refuse a file that is not there or does not begin as ``.osm.pbf`` does; SchemaError."""
    where = f"file '{file.name}'"
    if not file.is_file():
        raise SchemaError([Issue(where, f"is not there: {file}", "check folder and spelling")])
    with file.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if b"OSMHeader" not in head:
        raise SchemaError(
            [Issue(where, "is no .osm.pbf file", "give an extract as Geofabrik has them; other forms: `osmium cat -o x.osm.pbf`")]
        )


def _damaged(file: Path, told: str) -> Issue:
    what = (told.splitlines() or [""])[0].replace(str(file), file.name)[:120]
    return Issue(f"file '{file.name}'", f"is damaged or cut off: {what}", "download it again and compare its size or checksum")
