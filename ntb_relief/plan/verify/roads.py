"""Replays drives edge by edge: a connected way, open to the vehicle, in the time roads and sailings take."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ...units import DAY_S

if TYPE_CHECKING:
    from ...model.travel import Profile, SailingUse
    from ..operation_plan import Drive
    from .facts import Edge, Facts
    from .violation import Findings

SailingCount = Counter[tuple[str, int, int]]
"""Vehicles by (crossing, departure, node row they leave from)."""


def check_drive(findings: Findings, facts: Facts, drive: Drive, *, profile: Profile | None, aboard: SailingCount, where: str) -> None:
    """Replay one drive.

    Parameters
    ----------
    findings : Findings
        Written: "path", "distance", "access", "closed", "sailing", "duration".
    facts : Facts
    drive : Drive
    profile : Profile or None
        Of the vehicle; None (vehicle not known) leaves out what depends on it.
    aboard : SailingCount
        Written: the sailings taken.
    where : str
    """
    if not _is_walk(findings, facts, drive, where=where):
        return
    length_m = sum(facts.edges[edge].length_m for edge in drive.path.edges)
    stated_m = drive.path.distance_m
    findings.expect(stated_m == length_m, "distance", where, f"path says {stated_m} m, its edges make {length_m} m")
    if facts.banned_turns and (profile is None or profile.obeys_one_way):
        _check_turns(findings, facts, drive, where=where)
    arrival_s = _replay(findings, facts, drive, profile=profile, aboard=aboard, where=where)
    if arrival_s is not None and arrival_s != drive.end_s:
        findings.add("duration", where, f"ends at {drive.end_s} s, roads and sailings make it {arrival_s} s")


def check_slots(findings: Findings, facts: Facts, aboard: SailingCount) -> None:
    """Note under "slots" every sailing that takes more vehicles one way than it has room for."""
    for (crossing_id, departure_s, row), count in aboard.items():
        slots = facts.crossings[crossing_id].slots
        where = f"crossing '{crossing_id}', departure {departure_s} s from '{facts.node_ids[row]}'"
        findings.expect(count <= slots, "slots", where, f"{count} vehicles on {slots} slots")


def _is_walk(findings: Findings, facts: Facts, drive: Drive, *, where: str) -> bool:
    """Tell whether the path is a walk over existing edges between the nodes of the two places."""
    nodes, edges = drive.path.nodes, drive.path.edges
    if len(nodes) != len(edges) + 1:
        findings.add("path", where, f"has {len(nodes)} nodes and {len(edges)} edges")
        return False
    if not all(0 <= edge < len(facts.edges) for edge in edges) or not all(0 <= node < len(facts.node_ids) for node in nodes):
        findings.add("path", where, "has a node or edge row outside the road table")
        return False
    broken = [edge for edge, ends in zip(edges, pairwise(nodes), strict=True) if facts.edges[edge].ends != frozenset(ends)]
    if broken:
        findings.add("path", where, f"edge {broken[0]} does not join the nodes beside it")
    for place_id, row, end in ((drive.from_id, nodes[0], "begins"), (drive.to_id, nodes[-1], "ends")):
        if facts.place_row.get(place_id, row) != row:
            findings.add("path", where, f"{end} at node '{facts.node_ids[row]}', not at '{place_id}'")
    return not broken


def _replay(findings: Findings, facts: Facts, drive: Drive, *, profile: Profile | None, aboard: SailingCount, where: str) -> int | None:
    """Return the arrival, None where no time can be told."""
    clock_s: int | None = drive.start_s
    sailings = list(drive.sailings)
    for edge_row, (here, there) in zip(drive.path.edges, pairwise(drive.path.nodes), strict=True):
        edge = facts.edges[edge_row]
        is_open = _is_open(findings, edge, profile, here=here, where=f"{where}, edge {edge_row}")
        if edge.kind == "ferry":
            if not sailings:
                findings.add("sailing", where, f"takes the ferry of edge {edge_row} without a sailing")
                return None
            use = sailings.pop(0)
            _check_rules(findings, facts, use, profile, where=where)
            clock_s = _sail(findings, facts, use, leg=(here, there), clock_s=clock_s, aboard=aboard, where=where)
        elif is_open and profile is not None and clock_s is not None:
            clock_s += edge.seconds(profile)
        clock_s = clock_s if is_open else None
    findings.expect(not sailings, "sailing", where, f"lists {len(sailings)} sailings more than it takes ferries")
    return None if profile is None else clock_s


def _is_open(findings: Findings, edge: Edge, profile: Profile | None, *, here: int, where: str) -> bool:
    """Tell whether the vehicle may use the edge; a ferry takes every road vehicle whatever its class."""
    if not math.isfinite(edge.slow_factor):
        findings.add("closed", where, "is closed")
        return False
    if profile is None:
        return True
    reason = ""
    if edge.kind not in profile.kinds:
        reason = f"is a {edge.kind} link"
    elif edge.kind == "road" and edge.access < profile.min_access:
        reason = f"is a road of access class {edge.access} where {profile.min_access} is needed"
    elif edge.kind != "ferry" and not profile.speed_kph.get(edge.road_class, 0) > 0:
        reason = f"is of road class '{edge.road_class}'"
    elif edge.kind != "ferry" and edge.one_way_from not in {None, here} and profile.obeys_one_way:
        reason = "is one-way the other way"
    elif edge.kind == "road" and max((profile.weight_kg or 0) / edge.max_weight_kg, (profile.axle_kg or 0) / edge.max_axle_kg) > 1:
        reason = f"bears {edge.max_weight_kg:g} kg, {edge.max_axle_kg:g} kg an axle"
    if reason:
        findings.add("access", where, f"{reason}, closed to profile '{profile.id}'")
    return not reason


def _check_turns(findings: Findings, facts: Facts, drive: Drive, *, where: str) -> None:
    """Note every turn that a sign forbids."""
    for (one, other), via in zip(pairwise(drive.path.edges), drive.path.nodes[1:-1], strict=True):
        if (one, via, other) in facts.banned_turns:
            findings.add("access", where, f"turns from edge {one} to edge {other} at node '{facts.node_ids[via]}', where a sign forbids it")


def _check_rules(findings: Findings, facts: Facts, use: SailingUse, profile: Profile | None, *, where: str) -> None:
    """Note a ferry that is cancelled or does not take the vehicle."""
    crossing = facts.crossings.get(use.crossing_id)
    if crossing is None:
        return
    if crossing.is_cancelled(facts.operation.start + timedelta(seconds=use.departure_s)):
        findings.add("sailing", where, f"the departure of '{crossing.id}' at {use.departure_s} s is cancelled")
    if profile is not None and not crossing.takes(profile.id):
        findings.add("access", where, f"crossing '{crossing.id}' does not take profile '{profile.id}'")


def _sail(
    findings: Findings, facts: Facts, use: SailingUse, *, leg: tuple[int, int], clock_s: int | None, aboard: SailingCount, where: str
) -> int | None:
    """Check one sailing against the timetable and return the arrival it states, None where it is another ferry."""
    crossing = facts.crossings.get(use.crossing_id)
    if crossing is None:
        return None
    ports = {facts.node_ids[row] for row in leg}
    if {crossing.from_node, crossing.to_node} != ports:
        findings.add("sailing", where, f"crossing '{crossing.id}' does not join {' and '.join(sorted(ports))}")
        return None
    aboard[crossing.id, use.departure_s, leg[0]] += 1
    clock = (facts.start_clock_s + use.departure_s) % DAY_S
    if clock not in crossing.departures_s:
        findings.add("sailing", where, f"no departure of '{crossing.id}' at {use.departure_s} s ({clock} s after midnight)")
    if clock_s is not None and clock_s + crossing.boarding_s > use.departure_s:
        late_s = clock_s + crossing.boarding_s - use.departure_s
        findings.add("sailing", where, f"is at the quay of '{crossing.id}' {late_s} s too late for the departure at {use.departure_s} s")
    if use.arrive_s != use.departure_s + crossing.duration_s:
        findings.add("sailing", where, f"sailing of {crossing.duration_s} s leaves at {use.departure_s} s and arrives at {use.arrive_s} s")
    return use.arrive_s
