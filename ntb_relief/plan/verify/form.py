"""Whether a plan is made of what it should be made of: checked first, so that the replay never stumbles.

Plans come from solvers, from files and from other programs; a text where a number belongs, a NaN or a numpy scalar
would break the replay or the documents later on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ...model.travel import Path, SailingUse
from ..operation_plan import CargoLine, Cause, Drive, Flow, Load, OperationPlan, Shortfall, Unload, VehicleSchedule
from ..route_plan import Route, RoutePlan, Trip, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .violation import Findings


@dataclass(frozen=True, slots=True)
class _Many:
    """A tuple of values of the given types."""

    of: tuple[type, ...]


@dataclass(frozen=True, slots=True)
class _Amount:
    """A whole number above 0."""


@dataclass(frozen=True, slots=True)
class _ShareByLevel:
    """A mapping of priority level to a share between 0 and 1."""


@dataclass(frozen=True, slots=True)
class _Unless:
    """A value of the given type, or None."""

    of: type


_SHOWN: Final = 80
"""Characters of a wrong text that a message repeats."""
_LARGEST: Final = 2**63 - 1
"""Larger numbers fit neither arrays nor documents, and no quantity of relief reaches them."""

_Form = type | _Many | _Amount | _ShareByLevel | _Unless
_LINES: Final = _Many((CargoLine,))
_FIELDS: Final[Mapping[type, Mapping[str, _Form]]] = {
    OperationPlan: {
        "flows": _Many((Flow,)),
        "schedules": _Many((VehicleSchedule,)),
        "shortfalls": _Many((Shortfall,)),
        "min_share": _ShareByLevel(),
        "notes": _Many((str,)),
    },
    Flow: {"site_id": str, "item_id": str, "posko_id": str, "quantity": _Amount()},
    VehicleSchedule: {"vehicle_id": str, "actions": _Many((Load, Drive, Unload)), "distance_m": int, "cost_idr": int},
    Load: {"site_id": str, "start_s": int, "end_s": int, "lines": _LINES},
    Unload: {"place_id": str, "start_s": int, "end_s": int, "lines": _LINES},
    Drive: {"from_id": str, "to_id": str, "start_s": int, "end_s": int, "path": Path, "sailings": _Many((SailingUse,))},
    Path: {"nodes": _Many((int,)), "edges": _Many((int,)), "distance_m": int},
    SailingUse: {"crossing_id": str, "departure_s": int, "arrive_s": int},
    CargoLine: {"item_id": str, "quantity": _Amount(), "origin_id": str, "posko_id": str},
    Shortfall: {"posko_id": str, "item_id": str, "level": int, "quantity": _Amount(), "cause": Cause, "detail": str},
    RoutePlan: {"routes": _Many((Route,)), "unserved": _Many((str,)), "cost": float},
    Route: {
        "vehicle_type": str,
        "vehicle": int,
        "start_s": int,
        "end_s": int,
        "trips": _Many((Trip,)),
        "distance_m": int,
        "cost": float,
    },
    Trip: {"depot_id": str, "loading_start_s": int, "loading_end_s": int, "visits": _Many((Visit,))},
    Visit: {"stop_id": str, "arrival_s": int, "start_s": int, "departure_s": int, "brought": _Unless(int)},
}


def has_form(findings: Findings, plan: object, *, kind: type) -> bool:
    """Tell whether `plan` is a `kind` all the way down, and note under "form" and "quantity" where it is not."""
    before = len(findings.violations)
    _check(findings, plan, form=kind, where=kind.__name__)
    return len(findings.violations) == before


def _check(findings: Findings, value: object, *, form: _Form, where: str) -> None:
    if isinstance(form, _Many):
        if not isinstance(value, tuple):
            findings.add("form", where, f"is {_short(value)}, not a tuple")
            return
        for index, entry in enumerate(value):
            _check_entry(findings, entry, kinds=form.of, where=f"{where}[{index}]")
    elif isinstance(form, _Amount):
        _check_amount(findings, value, where=where)
    elif isinstance(form, _Unless):
        if value is not None:
            _check_entry(findings, value, kinds=(form.of,), where=where)
    elif isinstance(form, _ShareByLevel):
        _check_shares(findings, value, where=where)
    else:
        _check_entry(findings, value, kinds=(form,), where=where)


def _check_entry(findings: Findings, value: object, *, kinds: tuple[type, ...], where: str) -> None:
    if kinds in {(float,), (int,)}:
        if not _is_number(value, kinds=(int, *kinds)):
            findings.add("form", where, f"is {_short(value)}, not a {'whole' if kinds == (int,) else 'finite'} number of 64 bits")
    elif type(value) not in kinds:
        findings.add("form", where, f"is {_short(value)}, not {' or '.join(kind.__name__ for kind in kinds)}")
    else:
        for name, form in _FIELDS.get(type(value), {}).items():
            _check(findings, getattr(value, name), form=form, where=f"{where}.{name}")


def _check_amount(findings: Findings, value: object, *, where: str) -> None:
    if not _is_number(value, kinds=(int,)):
        findings.add("form", where, f"is {_short(value)}, not a whole number of 64 bits")
    elif value <= 0:  # type: ignore[operator]
        findings.add("quantity", where, f"is {value}, not above 0")


def _check_shares(findings: Findings, value: object, *, where: str) -> None:
    if type(value) is not dict:
        findings.add("form", where, f"is {_short(value)}, not a dict")
        return
    for level, share in value.items():
        good = _is_number(level, kinds=(int,)) and _is_number(share, kinds=(int, float))
        findings.expect(good, "form", f"{where}[{_short(level)}]", f"{_short(share)} is not the share of a whole level")


def _is_number(value: object, *, kinds: tuple[type, ...]) -> bool:
    """Tell whether the value is a number of exactly these types (a bool or a numpy scalar is not)."""
    return type(value) in kinds and -_LARGEST <= value <= _LARGEST  # type: ignore[operator]


def _short(value: object) -> str:
    """Return the value for a message, its type where it is neither a short text nor a number of usual size."""
    if type(value) is str or value is None or _is_number(value, kinds=(int, float, bool)):
        text = repr(value)
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return f"of type {type(value).__name__}"
