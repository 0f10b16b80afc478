"""Access of every kecamatan before and after roads break: who was reached, who still is, and how much later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..model.travel import UNREACHABLE
from .coverage import coverage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from .coverage import Coverage
    from .network import RoadNetwork
    from .province import Province


@dataclass(frozen=True, slots=True)
class KecamatanAccess:
    """Reach into one kecamatan by one profile.

    Parameters
    ----------
    code, name : str
    people : int
        Of its desa with a point and a count (Dukcapil); the others cannot be judged.
    reached_before, reached_after : int
        Persons some warehouse reaches within the limit.
    isolated : tuple of str
        Desa, by code, that were reached before and are not after, most people first.
    longest_before_s, longest_after_s : int or None
        Until the last reached desa; None where none is reached.
    """

    code: str
    name: str
    people: int
    reached_before: int
    reached_after: int
    isolated: tuple[str, ...]
    longest_before_s: int | None
    longest_after_s: int | None

    @property
    def people_isolated(self) -> int:
        """Persons reached before and not after."""
        return self.reached_before - self.reached_after

    @property
    def share_after(self) -> float:
        """Part of the people reached after, 0 to 1; 1 where nobody can be judged."""
        return self.reached_after / self.people if self.people else 1.0


def desa_people(province: Province) -> dict[str, int]:
    """Return the persons at the node of every desa with a point and a count: what `coverage` and its kin ask for."""
    return {one.node_id: one.population for one in province.desa.values() if one.node_id is not None and one.population is not None}


def access_changes(
    province: Province,
    before: RoadNetwork,
    after: RoadNetwork,
    *,
    warehouses: Iterable[str],
    profile: str,
    limit_s: int | None = None,
    start: datetime | None = None,
    latest_s: int | None = None,
) -> tuple[KecamatanAccess, ...]:
    """Return the access of every kecamatan on two networks, in the order of the codes.

    Parameters
    ----------
    province : Province
    before, after : RoadNetwork
        Both with the embedded nodes ``desa:<code>``; usually a network and a disrupted copy of it.
    warehouses : iterable of str
        Node ids from which help comes.
    profile : str
    limit_s : int, optional
        Farther than this does not count as reached; None means any time will do.
    start, latest_s
        As for `travel_matrix`.

    Raises
    ------
    UnknownReferenceError, InputError
        As `coverage`.
    """
    people, stores = desa_people(province), list(warehouses)
    span: dict[str, Any] = {"people": people, "warehouses": stores, "profile": profile, "start": start, "latest_s": latest_s}
    was, now = coverage(before, **span), coverage(after, **span)
    inside: dict[str, list[str]] = {code: [] for code in province.kecamatan}
    for desa in province.desa.values():
        if desa.node_id in people:
            inside[desa.parent_code].append(desa.node_id)
    lost = was.lost_in(now, limit_s=limit_s)
    home = {node: code for code, nodes in inside.items() for node in nodes}
    isolated: dict[str, list[str]] = {code: [] for code in inside}
    for node in lost:
        isolated[home[node]].append(node.removeprefix("desa:"))
    rows = []
    for code, nodes in inside.items():
        reached = [_reached(one, nodes, limit_s) for one in (was, now)]
        longest = [max((one.duration_s[node] for node in some), default=None) for one, some in zip((was, now), reached, strict=True)]
        everybody, *counts = (sum(people[node] for node in some) for some in (nodes, *reached))
        row = KecamatanAccess(
            code=code,
            name=province.kecamatan[code].name,
            people=everybody,
            reached_before=counts[0],
            reached_after=counts[1],
            isolated=tuple(isolated[code]),
            longest_before_s=longest[0],
            longest_after_s=longest[1],
        )
        rows.append(row)
    return tuple(rows)


def _reached(told: Coverage, nodes: list[str], limit_s: int | None) -> list[str]:
    seconds = ((node, told.duration_s[node]) for node in nodes)
    return [node for node, took in seconds if took != UNREACHABLE and (limit_s is None or took <= limit_s)]
